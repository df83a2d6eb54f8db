import { useMemo } from "preact/hooks";
import { passThrough } from "../../../inspect/explain.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { Change } from "./Change.js";
import { Evidence } from "./Evidence.js";
import { PixelImage } from "./PixelImage.js";
import type { NetProps, PassProps, SectionProps } from "./sectionProps.js";

/** One image on its way through the net, and what would have changed the answer. */
export function StepSection(props: SectionProps) {
  const { net, images } = props.report;
  if (typeof net === "string") return net;
  return images.length === 0 ? "There are no test images." : <Step {...props} net={net} />;
}

/** Scrolls to the section and moves focus to its heading, so that screen readers follow. */
export function goToStep(): void {
  const heading = document.getElementById("step-title")!;
  heading.tabIndex = -1;
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

function Step(props: NetProps) {
  const { report, net, chosen, onChoose } = props;
  const { payload, images, preprocessing } = report;
  const { classNames } = payload;
  const { index, label } = payload.images[chosen];
  const image = images[chosen];
  const pass = useMemo(() => passThrough(net, image, preprocessing), [net, image, preprocessing]);
  const { prediction } = pass;
  const move = (by: number) => onChoose((chosen + by + images.length) % images.length);
  return (
    <>
      <p class="buttons">
        <Button onClick={() => move(-1)}>Previous</Button>
        <Button id="next" onClick={() => move(1)}>
          Next
        </Button>
        <span role="status" id="stepping">
          Test image {index}, labelled <strong>{classNames[label]}</strong>, answered{" "}
          <strong class={prediction === label ? "" : "red"}>{classNames[prediction]}</strong>
        </span>
      </p>
      <Stages {...props} pass={pass} />
      <h3>Why {classNames[prediction]}?</h3>
      <div class="pictures">
        <Evidence {...props} pass={pass} c={prediction}>
          What each pixel contributed.
        </Evidence>
      </div>
      {classNames.length > 1 ? (
        <Change {...props} pass={pass} />
      ) : (
        <p class="empty">There is only one class, so no change can alter the answer.</p>
      )}
    </>
  );
}

/** What the net makes of the chosen image, from pixels to probabilities. */
function Stages({ report: { payload, images }, chosen, pass }: PassProps) {
  const { rows, columns, classNames, hiddenSize: H } = payload;
  const { x, hidden, scores, probabilities, prediction } = pass;
  const across = Math.ceil(Math.sqrt(H));
  const grid = { rows: Math.ceil(H / across), columns: across };
  const padded = new Float32Array(grid.rows * grid.columns);
  padded.set(hidden);
  const bars = (title: string, values: Float32Array, text: (value: number) => string) => (
    <li>
      <h3>{title}</h3>
      <Bars names={classNames} values={values} text={text} marked={prediction} label={title} />
    </li>
  );
  return (
    <ol class="steps">
      <li>
        <h3>Pixels</h3>
        <PixelImage shape={payload} values={images[chosen]} kind="ink" label="Pixels" />
        <p>
          {rows} x {columns} intensities, 0 to 255.
        </p>
      </li>
      <li>
        <h3>Centered</h3>
        <PixelImage shape={payload} values={x} kind="signed" label="Centered pixels" />
        <p>
          The mean image is subtracted: <span class="red">red</span> is more ink than the mean,{" "}
          <span class="blue">blue</span> less.
        </p>
      </li>
      <li>
        <h3>Hidden units</h3>
        <PixelImage
          shape={grid}
          values={padded}
          kind="ink"
          most={Math.max(...hidden)}
          label={`Activations of ${H} hidden units`}
        />
        <p>
          {hidden.filter((h) => h > 0).length} of {H} are active; more ink is a larger activation.
        </p>
      </li>
      {bars("Scores", scores, (score) => score.toFixed(2))}
      {bars("Probabilities", probabilities, percent)}
    </ol>
  );
}
