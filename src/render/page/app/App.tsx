import { useState } from "preact/hooks";
import { percent } from "../../numbers.js";
import { ConfusionSection, MistakesSection } from "./ConfusionSection.js";
import { CurvesSection } from "./CurvesSection.js";
import { DrawSection } from "./DrawSection.js";
import { ClassesSection, RunSection } from "./RunSection.js";
import type { Report } from "./report.js";
import { StepSection } from "./StepSection.js";
import { UnitsSection } from "./UnitsSection.js";

/** The whole report. */
export function App({ report }: { report: Report }) {
  const { payload, net } = report;
  const { noPad, noWeights, splits, images } = payload;
  const firstWrong = images.findIndex(({ label, prediction }) => label !== prediction);
  const [n, setN] = useState(Math.max(0, firstWrong));
  const step = (chosen: number) => {
    setN(chosen);
    const title = document.getElementById("step-title");
    title?.scrollIntoView({ block: "start" });
    title?.focus({ preventScroll: true });
  };
  const test = splits.find(({ name }) => name === "test");
  const onStep = net === null ? null : step;
  return (
    <>
      <header>
        <h1>{payload.model}</h1>
        {test !== undefined && (
          <p class="headline">
            <strong>{percent(test.accuracy)}</strong> of {test.images} test images of {payload.data}
          </p>
        )}
        <nav aria-label="Parts of the report">
          {[
            ["run", "Run"],
            ["draw", "Draw"],
            ["curves", "Curves"],
            ["confusion", "Confusion"],
            ["mistakes", "Mistakes"],
            ["step", "Step through"],
            ["classes", "Classes"],
            ["units", "Hidden units"],
          ].map(([id, title]) => (
            <a key={id} href={`#${id}`}>
              {title}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <RunSection payload={payload} />
        {net !== null && noPad === null ? (
          <DrawSection {...{ report, net }} />
        ) : (
          <Missing id="draw" title="Draw" reason={noWeights ?? noPad} />
        )}
        {payload.history === null ? (
          <Missing
            id="curves"
            title="Curves"
            reason="This report was made without a history: train with --history history.json, and say --history history.json to mnist-report."
          />
        ) : (
          <CurvesSection history={payload.history} />
        )}
        <ConfusionSection {...{ report, onStep }} />
        <MistakesSection {...{ report, onStep }} />
        {net !== null && images.length > 0 ? (
          <StepSection {...{ report, net, n }} onChoose={setN} />
        ) : (
          <Missing
            id="step"
            title="Step through one image"
            reason={noWeights ?? "There are no test images."}
          />
        )}
        <ClassesSection payload={payload} />
        {net !== null ? (
          <UnitsSection {...{ report, net }} />
        ) : (
          <Missing id="units" title="What the hidden units look for" reason={noWeights} />
        )}
      </main>
    </>
  );
}

/** A part that this page does without, and why. */
function Missing({ id, title, reason }: { id: string; title: string; reason: string | null }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p class="empty">{reason}</p>
    </section>
  );
}
