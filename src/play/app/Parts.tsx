import { useEffect, useState } from "preact/hooks";
import { goToSection } from "../../render/page/app/ChosenImage.js";
import { BreakIt } from "./BreakIt.js";
import { Controls } from "./Controls.js";
import { Curves } from "./Curves.js";
import { type Lab, type Subject, useLab } from "./lab.js";
import { type Live, type LiveState, useLive } from "./live.js";
import { Microscope } from "./Microscope.js";
import { LivePart, Part } from "./Part.js";
import { PresetQuestion, Presets } from "./Presets.js";
import type { Looked } from "./shownNet.js";
import { TakeAlong } from "./TakeAlong.js";
import { Activity, Drawing, Mistakes, Units } from "./Views.js";

/** The parts of the page, in their order. */
export function Parts({ lab }: { readonly lab: Lab }) {
  const { live } = lab;
  const { subject } = useLab(lab);
  const [looked, setLooked] = useState<Looked | null>(null);
  const onLook = (image: Looked) => {
    setLooked(image);
    goToSection("step");
  };
  return (
    <>
      <PresetQuestion live={live} preset={subject.link.preset} />
      <LearningPart live={live} asks={subject.link.preset !== null} />
      {!subject.link.hidesControls && (
        <section id="settings" aria-label="Settings">
          <Controls lab={lab} />
        </section>
      )}
      <ViewParts live={live} subject={subject} onLook={onLook} />
      <Microscope live={live} subject={subject} looked={looked} onLook={setLooked} />
      <BreakIt held={lab.held} subject={subject} />
      <Presets lab={lab} />
      <TakeAlong lab={lab} />
      <Ready live={live} />
    </>
  );
}

interface LearningProps {
  readonly live: Live;
  /** Whether a question shows the diagnosis. */
  readonly asks: boolean;
}

function LearningPart({ live, asks }: LearningProps) {
  return (
    <Part
      id="learning"
      heading="It learns"
      lead={
        <>
          Each update shows the network a batch of images and moves its weights a little, so that
          the loss of that batch falls. The loss is measured in nats: guessing among ten digits
          costs ln 10 = 2.30. Validation images take no part in training.
        </>
      }
    >
      <LivePart
        live={live}
        every={100}
        content={(state) => <Learning state={state} live={live} asks={asks} />}
      />
    </Part>
  );
}

interface ViewPartsProps {
  readonly live: Live;
  readonly subject: Subject;
  /** Puts an image under the microscope. */
  readonly onLook: (looked: Looked) => void;
}

/** What the net answers and looks for, as it is now. */
function ViewParts({ live, subject, onLook }: ViewPartsProps) {
  return (
    <>
      <Part
        id="draw"
        heading="Draw a digit while it learns"
        lead="Draw with a mouse, a pen or a finger, or with the arrow keys after Space has lowered the pen. The answer is that of the network as it is now."
      >
        <LivePart
          live={live}
          every={200}
          content={(state) => <Drawing state={state} subject={subject} />}
        />
      </Part>
      <Part
        id="units"
        heading="What the hidden units look for"
        lead={
          <>
            The weights into a hidden unit, as an image: ink on <span class="red">red</span>{" "}
            activates it, ink on <span class="blue">blue</span> deactivates it. They start as noise
            and turn into strokes.
          </>
        }
      >
        <LivePart
          live={live}
          every={250}
          content={(state) => <Units state={state} subject={subject} onLook={onLook} />}
        />
      </Part>
      <Part
        id="activity"
        heading="How often each hidden unit is on"
        lead="Over 100 training images. A unit that is on for none of them is dead: no gradient reaches it."
      >
        <LivePart live={live} every={500} content={(state) => <Activity state={state} />} />
      </Part>
      <Part
        id="mistakes"
        heading="Where it goes wrong"
        lead={`The ${subject.images.test.labels.length} test images, which no choice rests on. Rows of the table are labels, columns are answers; an untrained network answers nearly the same to everything.`}
      >
        <LivePart
          live={live}
          every={700}
          content={(state) => <Mistakes state={state} subject={subject} onLook={onLook} />}
        />
      </Part>
    </>
  );
}

function Learning({ state, live, asks }: LearningProps & { readonly state: LiveState }) {
  const { phase, started, failure, refusal, judged, frame } = state;
  const reference = started?.engine === "reference";
  return (
    <>
      {refusal !== null && (
        <p class="notice" role="alert">
          This run cannot begin: {refusal}
        </p>
      )}
      {reference && (
        <p class="notice">
          This browser cannot run WebAssembly with SIMD, so the lesson's own layers compute: the
          same results to a few digits, many times slower.
        </p>
      )}
      <Curves runs={[{ state, color: "blue", name: "" }]} />
      {failure !== null && !asks && <p class="notice">The run diverged: {failure}</p>}
      {judged !== null && !(asks && phase === "ended") && (
        <p id="verdict" class="verdict" role="status">
          <strong>Diagnosis after {frame?.iteration} updates.</strong> {judged.text}
        </p>
      )}
      {phase === "paused" && judged === null && (frame?.iteration ?? 0) > 0 && (
        <p class="buttons">
          <button type="button" id="judge" onClick={() => live.judge()}>
            What does this run mean so far?
          </button>
        </p>
      )}
    </>
  );
}

/** Marks for tests that a run has begun, without a word for readers. */
function Ready({ live }: { readonly live: Live }) {
  const { phase } = useLive(live, 50);
  useEffect(() => {
    document.documentElement.dataset.phase = phase;
  }, [phase]);
  return null;
}
