import { forwardSteps, type LessonStep } from "../../lessonSteps.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { Change } from "./Change.js";
import { forChosenImage } from "./ChosenImage.js";
import { Evidence } from "./Evidence.js";
import { Formula } from "./Formula.js";
import { PixelImage } from "./PixelImage.js";
import type { PassProps, SectionProps } from "./sectionProps.js";
import { UnitGrid } from "./UnitGrid.js";

/** One image on its way through the net, and what would have changed the answer. */
export function StepSection(props: SectionProps) {
  return forChosenImage(props, { content: Step, announces: true });
}

function Step(props: PassProps) {
  const { pass, report } = props;
  const { classNames } = report.payload;
  const { prediction } = pass;
  return (
    <>
      <Stages {...props} />
      <h3>Why {classNames[prediction]}?</h3>
      <div class="pictures">
        <Evidence {...props} c={prediction}>
          What each pixel contributed.
        </Evidence>
      </div>
      {classNames.length > 1 ? (
        <Change {...props} />
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
  const bars = (
    title: string,
    step: LessonStep,
    values: Float32Array,
    text: (value: number) => string,
  ) => (
    <li>
      <h3>{title}</h3>
      <Formula step={step} />
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
        <Formula step={forwardSteps.centering} />
        <PixelImage shape={payload} values={x} kind="signed" label="Centered pixels" />
        <p>
          The mean image is subtracted: <span class="red">red</span> is more ink than the mean,{" "}
          <span class="blue">blue</span> less.
        </p>
      </li>
      <li>
        <h3>Hidden units</h3>
        <Formula step={forwardSteps.firstLayer} />
        <UnitGrid
          values={hidden}
          kind="ink"
          most={Math.max(...hidden)}
          label={`Activations of ${H} hidden units`}
        />
        <p>
          {hidden.filter((h) => h > 0).length} of {H} are active; more ink is a larger activation.
        </p>
      </li>
      {bars("Scores", forwardSteps.secondLayer, scores, (score) => score.toFixed(2))}
      {bars("Probabilities", forwardSteps.softmax, probabilities, percent)}
    </ol>
  );
}
