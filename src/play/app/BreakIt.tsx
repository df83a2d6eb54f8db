import { mistakeTexts } from "virtual:lesson-texts";
import { useEffect, useMemo, useState } from "preact/hooks";
import { percent } from "../../render/numbers.js";
import { changeSettings } from "../../settings/settings.js";
import { pageSettings } from "../experiment.js";
import { type Slip, type SlipName, slipNames, slipRun, slips } from "../slips.js";
import { Cards } from "./Cards.js";
import { Curves } from "./Curves.js";
import { Guess } from "./Guess.js";
import type { Held } from "./held.js";
import type { Subject } from "./lab.js";
import { Live, useLive } from "./live.js";
import { Part } from "./Part.js";

export interface BreakItProps {
  readonly held: Held;
  readonly subject: Subject;
}

/** Mistakes to plant in the lesson's layers, beside a sound run. */
export function BreakIt({ held, subject }: BreakItProps) {
  const [name, setName] = useState<SlipName | null>(null);
  return (
    <Part
      id="break"
      heading="Break it"
      lead="Plant a mistake in the code and train beside the sound code: same images, same first weights, same batches. The mistake sits in the lesson's own layers, which are plain loops, so the run is small: 30 hidden units, 300 updates of 40 images."
    >
      <Cards
        names={slipNames}
        titleOf={(slip) => slips[slip].title}
        chosen={name}
        onChoose={setName}
      />
      {name !== null && <Broken key={name} slip={slips[name]} held={held} subject={subject} />}
    </Part>
  );
}

function settingsOf({ both, changes }: Slip, isBroken: boolean) {
  const base = changeSettings(pageSettings("notebook"), { ...slipRun, ...both });
  return isBroken && changes !== undefined ? changeSettings(base, changes) : base;
}

function Broken({ slip, held, subject }: BreakItProps & { readonly slip: Slip }) {
  const [guess, setGuess] = useState<string | null>(null);
  const runs = useMemo(() => ({ sound: new Live(held), broken: new Live(held) }), [held]);
  useEffect(
    () => () => {
      runs.sound.close();
      runs.broken.close();
    },
    [runs],
  );
  const sound = useLive(runs.sound, 100);
  const broken = useLive(runs.broken, 100);
  const isOver = [sound, broken].every(({ phase }) => phase === "ended" || phase === "refused");
  const take = (text: string) => {
    if (guess !== null) return;
    setGuess(text);
    for (const [name, live] of Object.entries(runs)) {
      const isBroken = name === "broken";
      const settings = settingsOf(slip, isBroken);
      const mutant = isBroken ? slip.mutant : null;
      live.start({ settings, seed: subject.link.seed, mutant, from: null, speed: null });
      live.go(settings.iterations ?? 0);
    }
  };
  return (
    <div class="broken">
      <Guess {...slip} guess={guess} onGuess={take} isOver={isOver} />
      {guess === null && <p class="lead">Your guess starts both runs.</p>}
      {guess !== null && (
        <Curves
          runs={[
            { state: sound, color: "blue", name: "sound" },
            { state: broken, color: "orange", name: "with it" },
          ]}
        />
      )}
      {isOver && <Outcome slip={slip} runs={[sound, broken]} />}
    </div>
  );
}

interface OutcomeProps {
  readonly slip: Slip;
  readonly runs: readonly ReturnType<typeof useLive>[];
}

function Outcome({ slip, runs }: OutcomeProps) {
  const [sound, broken] = runs.map(({ validation, failure, refusal }) => {
    const last = validation.at(-1);
    if (refusal !== null) return refusal;
    return failure === null && last !== undefined ? percent(last.accuracy, 1) : "diverged";
  });
  return (
    <>
      <p>
        Validation accuracy: <strong>{sound}</strong> sound, <strong>{broken}</strong> with the
        mistake. {slip.why}
      </p>
      {slip.mutant !== null && <Difference name={slip.mutant} />}
    </>
  );
}

/** The mistake in the code, as mnist-learn has it. */
function Difference({ name }: { readonly name: string }) {
  const text = mistakeTexts[name];
  return (
    <pre class="code difference">
      {text.edits.map(([from, to]) => (
        <>
          <del>- {from.trim()}</del>
          {to.trim() !== "" && <ins>+ {to.trim()}</ins>}
        </>
      ))}
    </pre>
  );
}
