import { forwardSteps } from "../../lessonSteps.js";
import { percent } from "../../numbers.js";
import { forChosenImage } from "./ChosenImage.js";
import { Formula } from "./Formula.js";
import { inSentence } from "./names.js";
import { Strip } from "./Strip.js";
import type { PassProps, SectionProps } from "./sectionProps.js";
import { UnitGrid } from "./UnitGrid.js";
import { Why } from "./Why.js";

/** One image on its way through the net, and what would have changed the answer. */
export function StepSection(props: SectionProps) {
  return forChosenImage(props, { content: Step, announces: true });
}

function Step(props: PassProps) {
  return (
    <>
      <Strip {...props} key={props.chosen} />
      <Stages {...props} />
      <Why {...props} />
    </>
  );
}

/** The formulas of the way, in its order, and all activations. */
function Stages({ pass: { hidden, probabilities, prediction }, report }: PassProps) {
  const H = hidden.length;
  const { classNames } = report.payload;
  return (
    <div class="stages">
      <ol>
        <li>
          The mean image is subtracted. <Formula step={forwardSteps.centering} />
        </li>
        <li>
          Each hidden unit adds up the pixels, each times its weight; sums below 0 become 0.{" "}
          <Formula step={forwardSteps.firstLayer} />
        </li>
        <li>
          Each score adds up the hidden units, each times its weight.{" "}
          <Formula step={forwardSteps.secondLayer} />
        </li>
        <li>
          Softmax makes probabilities of the scores: {percent(probabilities[prediction])} for{" "}
          {inSentence(classNames[prediction])}. <Formula step={forwardSteps.softmax} />
        </li>
      </ol>
      <figure>
        <UnitGrid
          values={hidden}
          kind="ink"
          most={Math.max(...hidden)}
          label={`Activations of ${H} hidden units`}
        />
        <figcaption>
          All activations: {hidden.filter((h) => h > 0).length} of {H} units are on; more ink is a
          larger activation. Point at a square to read its unit.
        </figcaption>
      </figure>
    </div>
  );
}
