import { useMemo } from "preact/hooks";
import { type Answered, answerAfterStep } from "../../../inspect/backward.js";
import { remarkOn } from "../../backwardView.js";
import { backwardSteps } from "../../lessonSteps.js";
import { ofAnySize, percent, short } from "../../numbers.js";
import { Formula } from "./Formula.js";
import type { BackwardProps } from "./sectionProps.js";
import { startingRate } from "./startingRate.js";
import { Table } from "./Table.js";

/** Powers of ten around the starting rate that the slider spans, and its steps. */
const SLIDER = { min: -4, max: 1, step: 0.25 };

/** The step of SGD, and what it does to the loss and the probabilities of the image. */
export function BackwardStepOfSgd(props: BackwardProps) {
  const { report, net, backward, rate, onRate } = props;
  const { classNames, learningRate } = report.payload;
  const start = startingRate(report);
  const { loss, prediction } = backward;
  const after = useMemo(() => answerAfterStep(net, backward, rate), [net, backward, rate]);
  const remark = remarkOn(after.loss, loss);
  return (
    <li class="wide">
      <h3>The step of SGD</h3>
      <Formula step={backwardSteps.update} />
      <p>
        <label>
          Learning rate{" "}
          <input
            id="rate"
            type="range"
            {...SLIDER}
            value={Math.log10(rate / start)}
            aria-valuetext={short(rate)}
            onInput={({ currentTarget }) => onRate(start * 10 ** currentTarget.valueAsNumber)}
          />
        </label>{" "}
        <strong>{short(rate)}</strong>
        {rate === learningRate && ", that of the run"}
      </p>
      <p id="stepped" role="status">
        Loss <strong>{ofAnySize(loss)}</strong> → <strong>{ofAnySize(after.loss)}</strong> nats,
        answer {classNames[prediction]} → {classNames[after.prediction]}
        {remark === "" ? "." : `: ${remark}.`}
      </p>
      <div class="pictures">
        <Probabilities {...props} after={after} />
        <Rates {...props} />
      </div>
    </li>
  );
}

/** The probabilities before and after the step. */
function Probabilities({ report, backward, after }: BackwardProps & { readonly after: Answered }) {
  const { classNames } = report.payload;
  const { probabilities, label } = backward;
  return (
    <Table
      class="numbers"
      titles={["class", "p before", "p after"]}
      rows={classNames.map((name, c) => [
        c === label ? `${name} (label)` : name,
        percent(probabilities[c]),
        percent(after.probabilities[c]),
      ])}
      tall={classNames.length > 12}
    />
  );
}

/** Steps of several lengths; the shortest is what the image adds to a batch of the run. */
function Rates({ report, net, backward }: BackwardProps) {
  const { batchSize } = report.payload;
  const learningRate = startingRate(report);
  const rows = useMemo(() => {
    const ofRun = short(learningRate);
    const rates = new Map([
      ...(batchSize === null
        ? []
        : [[`${ofRun} / ${batchSize}`, learningRate / batchSize] as const]),
      [`${ofRun} / 10`, learningRate / 10],
      [ofRun, learningRate],
      [`${ofRun} · 10`, learningRate * 10],
    ]);
    return [...rates].map(([text, rate]) => {
      const { loss, probabilities } = answerAfterStep(net, backward, rate);
      return [text, ofAnySize(loss), percent(probabilities[backward.label])];
    });
  }, [net, backward, learningRate, batchSize]);
  return (
    <div class="beside">
      <p>
        {batchSize !== null &&
          `In training, SGD follows the mean of a batch of ${batchSize} images, so one image moves the weights as with a learning rate ${batchSize} times smaller. `}
        The net computes each of these losses anew, with the changed weights:
      </p>
      <Table class="numbers" titles={["rate", "loss after", "p of label"]} rows={rows} />
    </div>
  );
}
