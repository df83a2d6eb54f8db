import { useState } from "preact/hooks";
import { goToSection } from "../../render/page/app/ChosenImage.js";
import { changeSettings } from "../../settings/settings.js";
import { type Link, pageSettings } from "../experiment.js";
import { type Preset, type PresetName, presetNames, presets } from "../presets.js";
import { Cards } from "./Cards.js";
import { Guess } from "./Guess.js";
import { type Lab, useLab } from "./lab.js";
import { type Live, useLive } from "./live.js";
import { Part } from "./Part.js";

/** The experiment of a preset. */
function linkOf(link: Link, name: PresetName): Link {
  const { recipe = "notebook", changes }: Preset = presets[name];
  const settings = changeSettings(pageSettings(recipe), changes);
  return { ...link, recipe, settings, seed: 1, preset: name };
}

export interface PresetsProps {
  readonly lab: Lab;
}

/** Experiments to choose from. */
export function Presets({ lab }: PresetsProps) {
  const { link } = useLab(lab).subject;
  const choose = (name: PresetName) => {
    lab.begin({ link: linkOf(link, name), from: null }, [], false);
    requestAnimationFrame(() => goToSection("question"));
  };
  return (
    <Part
      id="presets"
      heading="Experiments with a question"
      lead="Choose one, guess what will happen, and train. Each ends with the diagnosis that mnist-train gives."
    >
      <Cards
        names={presetNames}
        titleOf={(name) => presets[name].title}
        chosen={link.preset}
        onChoose={choose}
      />
    </Part>
  );
}

export interface PresetQuestionProps {
  readonly live: Live;
  readonly preset: PresetName | null;
}

/** The question of the experiment that runs, if it is one with a question. */
export function PresetQuestion({ live, preset }: PresetQuestionProps) {
  return preset === null ? null : <Question key={preset} live={live} preset={presets[preset]} />;
}

function Question({ live, preset }: { readonly live: Live; readonly preset: Preset }) {
  const { phase, judged, failure } = useLive(live, 100);
  const [guess, setGuess] = useState<string | null>(null);
  const isOver = phase === "ended" && (judged !== null || failure !== null);
  const take = (text: string) => {
    setGuess(text);
    if (live.state.phase !== "ended") live.go(Number.MAX_SAFE_INTEGER); // also before it is ready
  };
  return (
    <section id="question" class="question" aria-labelledby="question-title">
      <h2 id="question-title">{preset.title}</h2>
      <Guess {...preset} guess={guess} onGuess={take} isOver={isOver} />
      {!isOver && <p class="lead">Your guess starts the training.</p>}
      {isOver && (
        <>
          <p>{preset.why}</p>
          <p class="verdict">
            <strong>Diagnosis.</strong> {judged?.text ?? failure}
          </p>
        </>
      )}
    </section>
  );
}
