import { useMemo, useState } from "preact/hooks";
import { backwardThrough } from "../../../inspect/backward.js";
import { backwardSteps } from "../../lessonSteps.js";
import { ofAnySize } from "../../numbers.js";
import { BackwardStepOfSgd } from "./BackwardStepOfSgd.js";
import { BackwardUnit } from "./BackwardUnit.js";
import { forChosenImage } from "./ChosenImage.js";
import { Formula } from "./Formula.js";
import { Signed } from "./Signed.js";
import type { BackwardProps, PassProps, SectionProps } from "./sectionProps.js";
import { startingRate } from "./startingRate.js";
import { Table } from "./Table.js";
import { UnitGrid } from "./UnitGrid.js";

/** The way back of one image, from the loss to the weights, and the step of SGD that follows. */
export function BackwardSection(props: SectionProps) {
  return forChosenImage(props, { content: Backward, announces: false });
}

function Backward(props: PassProps) {
  const { report, net, pass, chosen } = props;
  const { label } = report.payload.images[chosen];
  const backward = useMemo(() => backwardThrough(net, pass, label), [net, pass, label]);
  const [rate, onRate] = useState(startingRate(report));
  const parts = { ...props, backward, rate, onRate };
  return (
    <>
      <p class="lead">
        A gradient says how the loss changes with a number: above 0 (<span class="red">red</span>),
        a larger number raises the loss; below 0 (<span class="blue">blue</span>), it lowers it.
        Each layer turns the gradient of its output into the gradients of its input and of its
        weights. Here the image is a batch of one, without L2.
      </p>
      <ol class="way">
        <Scores {...parts} />
        <Reaching {...parts} />
        <Relu {...parts} />
        <BackwardUnit {...parts} />
        <BackwardStepOfSgd {...parts} />
      </ol>
    </>
  );
}

/** dscores, with its numbers. */
function Scores({ report: { payload }, backward }: BackwardProps) {
  const { probabilities, dscores, label, loss } = backward;
  const { classNames } = payload;
  return (
    <li>
      <h3>From the loss to the scores</h3>
      <Formula step={backwardSteps.loss} />
      <p>
        The loss is -ln p of the label, <strong>{ofAnySize(loss)}</strong> nats. The score of{" "}
        {classNames[label]} is too low, all others are too high, each by p - y.
      </p>
      <Table
        class="numbers"
        titles={["class", "p", "y", "dscores"]}
        rows={classNames.map((name, c) => [
          name,
          ofAnySize(probabilities[c]),
          Number(c === label),
          <Signed value={dscores[c]} />,
        ])}
        tall={classNames.length > 12}
      />
    </li>
  );
}

/** What reaches each hidden unit. */
function Reaching({ backward: { dhidden } }: BackwardProps) {
  return (
    <li>
      <h3>From the scores to the hidden units</h3>
      <Formula step={backwardSteps.secondLayer} />
      <UnitGrid
        values={dhidden}
        kind="signed"
        label={`Gradient that reaches each of ${dhidden.length} hidden units`}
      />
      <p>
        What reaches each hidden unit: dscores, weighted by the unit's row of W2. Point at a square
        to read its unit. The unit's own weights to the scores change by its activation times
        dscores, the biases by dscores.
      </p>
    </li>
  );
}

/** Where the ReLU stops the gradient. */
function Relu({ backward: { hidden, dhidden, dsums } }: BackwardProps) {
  const open = useMemo(() => hidden.map((value) => Number(value > 0)), [hidden]);
  const stopped = open.filter((value) => value === 0).length;
  const most = Math.max(...dhidden.map(Math.abs));
  return (
    <li>
      <h3>Back through the ReLU</h3>
      <Formula step={backwardSteps.relu} />
      <div class="pictures">
        <figure>
          <UnitGrid values={open} kind="ink" most={1} size={110} label="Where the ReLU is open" />
          <figcaption>Filled: hidden &gt; 0, the gradient passes</figcaption>
        </figure>
        <figure>
          <UnitGrid
            values={dsums}
            kind="signed"
            most={most}
            size={110}
            label="Gradient behind the ReLU"
          />
          <figcaption>dsums, on the scale of dhidden</figcaption>
        </figure>
      </div>
      <p>
        The ReLU stops the gradient at{" "}
        <strong>
          {stopped} of {hidden.length}
        </strong>{" "}
        units. Their sums were not above 0 and came out as 0, so a slightly different sum would
        change nothing.
      </p>
    </li>
  );
}
