import { useState } from "preact/hooks";
import type { LessonStep } from "../../render/lessonSteps.js";
import { ShowCode } from "../../render/page/app/Formula.js";
import { CodeDialog } from "./CodeDialog.js";
import { type Lab, useLab } from "./lab.js";
import { Parts } from "./Parts.js";
import { Toolbar } from "./Toolbar.js";

/** The whole page. */
export function App({ lab }: { readonly lab: Lab }) {
  const { subject, said } = useLab(lab);
  const [shownCode, showCode] = useState<LessonStep | null>(null);
  const { images } = subject;
  return (
    <ShowCode.Provider value={showCode}>
      <header>
        <h1>Watch a network learn to read</h1>
        <p class="intro">
          This file holds {images.train.labels.length.toLocaleString("en")} handwritten digits and a
          network of two layers that knows nothing of them. Press <strong>Train</strong> and it
          learns, here in your browser: nothing is fetched, nothing is sent.
        </p>
      </header>
      <main>
        <Toolbar live={lab.live} onReset={() => lab.begin({}, [], false)} />
        <div id="said" role="status">
          {said.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        <Parts lab={lab} />
      </main>
      <CodeDialog step={shownCode} onClose={() => showCode(null)} />
    </ShowCode.Provider>
  );
}
