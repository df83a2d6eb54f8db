import { useMemo, useState } from "preact/hooks";
import { smallChange } from "../../../inspect/explain.js";
import { Evidence } from "./Evidence.js";
import { inSentence } from "./names.js";
import { PixelImage } from "./PixelImage.js";
import type { PassProps } from "./sectionProps.js";

/** Why the net answers as it does, and a small change of the image that would have changed the answer. */
export function Why(props: PassProps) {
  const { report, pass } = props;
  const { classNames } = report.payload;
  const { prediction } = pass;
  if (classNames.length > 1) return <WhyAndChange {...props} />;
  return (
    <>
      <h3>Why {inSentence(classNames[prediction])}?</h3>
      <p class="empty">There is only one class, so no change can alter the answer.</p>
    </>
  );
}

function WhyAndChange(props: PassProps) {
  const { report, net, chosen, pass } = props;
  const { payload, images, preprocessing } = report;
  const { classNames } = payload;
  const { scores, prediction } = pass;
  const { label } = payload.images[chosen];
  const image = images[chosen];
  const [asked, setAsked] = useState<number | null>(null);
  const instead = label === prediction ? runnerUp(scores, prediction) : label;
  const to = asked === null || asked === prediction ? instead : asked;
  const changed = useMemo(
    () => smallChange(net, image, preprocessing, to),
    [net, image, preprocessing, to],
  );
  return (
    <div id="change">
      <h3>Why {inSentence(classNames[prediction])}, and what would have changed it?</h3>
      <p>
        <label>
          For the answer{" "}
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
        {changed === null ? "no small change was found." : sizeInWords(changed, image)}
      </p>
      <div class="pictures three">
        <Evidence {...props} c={prediction}>
          <strong>Why {inSentence(classNames[prediction])}?</strong> What each pixel contributed.
        </Evidence>
        {changed !== null && <ChangeFigures {...props} changed={changed} to={to} />}
      </div>
    </div>
  );
}

interface ChangeProps extends PassProps {
  readonly changed: Float32Array;
  /** The class that it is answered as. */
  readonly to: number;
}

/** The change, and what it makes of the image. */
function ChangeFigures({ report: { payload, images }, chosen, changed, to }: ChangeProps) {
  const image = images[chosen];
  const difference = useMemo(() => changed.map((value, i) => value - image[i]), [changed, image]);
  return (
    <>
      <figure>
        <PixelImage shape={payload} values={difference} kind="signed" label="The change" />
        <figcaption>
          <strong>The change.</strong> <span class="red">Red</span> adds ink,{" "}
          <span class="blue">blue</span> removes it
        </figcaption>
      </figure>
      <figure>
        <PixelImage shape={payload} values={changed} kind="ink" label="The changed image" />
        <figcaption>
          <strong>The changed image,</strong> answered {inSentence(payload.classNames[to])}
        </figcaption>
      </figure>
    </>
  );
}

/** How large a change is. */
function sizeInWords(changed: Float32Array, image: Uint8Array): string {
  const sizes = changed.map((value, i) => Math.abs(value - image[i]));
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return `a change of ${mean.toFixed(1)} of 255 in the mean, ${Math.max(...sizes).toFixed(0)} at most, is enough:`;
}

/** The class with the second highest score. */
function runnerUp(scores: Float32Array, prediction: number): number {
  const others = [...scores.keys()].filter((c) => c !== prediction);
  return others.reduce((best, c) => (scores[c] > scores[best] ? c : best));
}
