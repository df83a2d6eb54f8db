import { useMemo, useState } from "preact/hooks";
import { contributions, passThrough, smallChange } from "../../../inspect/explain.js";
import type { TwoLayerNet } from "../../../net/twoLayerNet.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { PixelImage } from "./PixelImage.js";
import type { Report } from "./report.js";

export interface StepSectionProps {
  readonly report: Report;
  readonly net: TwoLayerNet;
  /** Which of the page's images. */
  readonly n: number;
  readonly onChoose: (n: number) => void;
}

/** One image on its way through the net, and what would have changed the answer. */
export function StepSection({ report, net, n, onChoose }: StepSectionProps) {
  const { payload, images, preprocessing } = report;
  const { rows, columns, classNames, hiddenSize } = payload;
  const { index, label } = payload.images[n];
  const image = images[n];
  const pass = useMemo(() => passThrough(net, image, preprocessing), [net, image, preprocessing]);
  const { x, hidden, scores, probabilities, prediction } = pass;
  const given = useMemo(() => contributions(net, pass, pass.prediction), [net, pass]);
  const across = Math.ceil(Math.sqrt(hiddenSize));
  const on = hidden.reduce((count, h) => count + Number(h > 0), 0);
  const last = images.length - 1;
  return (
    <section id="step" aria-labelledby="step-title">
      <h2 id="step-title" tabIndex={-1}>
        Step through one image
      </h2>
      <p class="buttons">
        <button type="button" onClick={() => onChoose(n === 0 ? last : n - 1)}>
          Previous
        </button>
        <button type="button" id="next" onClick={() => onChoose(n === last ? 0 : n + 1)}>
          Next
        </button>
        <span role="status" id="stepping">
          Test image {index}, labelled <strong>{classNames[label]}</strong>, answered{" "}
          <strong class={prediction === label ? "" : "red"}>{classNames[prediction]}</strong>
        </span>
      </p>
      <ol class="steps">
        <li>
          <h3>Pixels</h3>
          <PixelImage
            {...{ rows, columns, values: image, kind: "ink", size: 140 }}
            label="Pixels"
          />
          <p>
            {rows} x {columns} intensities, 0 to 255.
          </p>
        </li>
        <li>
          <h3>Centred</h3>
          <PixelImage
            {...{ rows, columns, values: x, kind: "signed", size: 140 }}
            label="Centred pixels"
          />
          <p>
            The mean image is taken off: <span class="red">red</span> is more ink than the mean,{" "}
            <span class="blue">blue</span> less.
          </p>
        </li>
        <li>
          <h3>Hidden units</h3>
          <PixelImage
            {...{ rows: Math.ceil(hiddenSize / across), columns: across, kind: "ink", size: 140 }}
            values={padded(hidden, across)}
            most={Math.max(...hidden)}
            label={`Activations of ${hiddenSize} hidden units`}
          />
          <p>
            {on} of {hiddenSize} are on; more ink is a larger activation.
          </p>
        </li>
        <li>
          <h3>Scores</h3>
          <Bars
            names={classNames}
            values={scores}
            text={(score) => score.toFixed(2)}
            marked={prediction}
            label="Scores"
          />
        </li>
        <li>
          <h3>Probabilities</h3>
          <Bars
            names={classNames}
            values={probabilities}
            text={percent}
            marked={prediction}
            label="Probabilities"
          />
        </li>
      </ol>
      <h3>Why {classNames[prediction]}?</h3>
      <div class="pictures">
        <figure>
          <PixelImage
            {...{ rows, columns, values: given, kind: "signed", size: 140 }}
            label={`What each pixel gave to ${classNames[prediction]}`}
          />
          <figcaption>
            What each pixel gave: <span class="red">red</span> spoke for {classNames[prediction]},{" "}
            <span class="blue">blue</span> against it
          </figcaption>
        </figure>
      </div>
      {classNames.length > 1 ? (
        <Change
          {...{ report, net, image, prediction }}
          instead={runnerUp(scores, prediction, label)}
        />
      ) : (
        <p class="empty">There is one class only, so nothing would have changed the answer.</p>
      )}
    </section>
  );
}

interface ChangeProps {
  readonly report: Report;
  readonly net: TwoLayerNet;
  readonly image: Uint8Array;
  readonly prediction: number;
  /** The class to ask for first. */
  readonly instead: number;
}

/** What would have changed the answer. */
function Change({ report, net, image, prediction, instead }: ChangeProps) {
  const { rows, columns, classNames } = report.payload;
  const [asked, setAsked] = useState<number | null>(null);
  const to = asked === null || asked === prediction ? instead : asked;
  const changed = useMemo(
    () => smallChange(net, image, report.preprocessing, to),
    [net, image, report.preprocessing, to],
  );
  const difference = changed?.map((value, i) => value - image[i]);
  const sizes = difference?.map(Math.abs) ?? new Float32Array(1);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return (
    <div id="change">
      <h3>What would have changed it?</h3>
      <p>
        <label>
          To be answered{" "}
          <select value={to} onChange={(event) => setAsked(Number(event.currentTarget.value))}>
            {classNames.map((name, c) =>
              c === prediction ? null : (
                <option key={`${c} ${name}`} value={c}>
                  {name}
                </option>
              ),
            )}
          </select>
        </label>{" "}
        {difference === undefined
          ? "no small change was found."
          : `a change of ${mean.toFixed(1)} of 255 in the mean, ${Math.max(...sizes).toFixed(0)} at most, is enough:`}
      </p>
      {changed !== null && difference !== undefined && (
        <div class="pictures">
          <figure>
            <PixelImage
              {...{ rows, columns, values: difference, kind: "signed", size: 140 }}
              label="The change"
            />
            <figcaption>
              The change: <span class="red">red</span> adds ink, <span class="blue">blue</span>{" "}
              takes it
            </figcaption>
          </figure>
          <figure>
            <PixelImage
              {...{ rows, columns, values: changed, kind: "ink", size: 140 }}
              label="The changed image"
            />
            <figcaption>Answered {classNames[to]}</figcaption>
          </figure>
        </div>
      )}
    </div>
  );
}

/** The label where the answer is wrong, else the class that came second. */
function runnerUp(scores: Float32Array, prediction: number, label: number): number {
  if (label !== prediction) return label;
  let second = prediction === 0 ? 1 : 0;
  for (let c = 0; c < scores.length; c++) {
    if (c !== prediction && scores[c] > scores[second]) second = c;
  }
  return second;
}

/** Values with zeros behind them, so that they fill whole rows. */
function padded(values: Float32Array, across: number): Float32Array {
  const all = new Float32Array(Math.ceil(values.length / across) * across);
  all.set(values);
  return all;
}
