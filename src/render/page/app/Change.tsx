import { useMemo, useState } from "preact/hooks";
import { smallChange } from "../../../inspect/explain.js";
import { PixelImage } from "./PixelImage.js";
import type { PassProps } from "./sectionProps.js";

/** A small change of the chosen image that would have changed the answer. */
export function Change({ report, net, chosen, pass }: PassProps) {
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
  const difference = changed?.map((value, i) => value - image[i]);
  const sizes = difference?.map(Math.abs) ?? new Float32Array(1);
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return (
    <div id="change">
      <h3>What would have changed it?</h3>
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
        {changed === null
          ? "no small change was found."
          : `a change of ${mean.toFixed(1)} of 255 in the mean, ${Math.max(...sizes).toFixed(0)} at most, is enough:`}
      </p>
      {changed !== null && difference !== undefined && (
        <div class="pictures">
          <figure>
            <PixelImage shape={payload} values={difference} kind="signed" label="The change" />
            <figcaption>
              The change: <span class="red">red</span> adds ink, <span class="blue">blue</span>{" "}
              removes it
            </figcaption>
          </figure>
          <figure>
            <PixelImage shape={payload} values={changed} kind="ink" label="The changed image" />
            <figcaption>Answered {classNames[to]}</figcaption>
          </figure>
        </div>
      )}
    </div>
  );
}

/** The class with the second highest score. */
function runnerUp(scores: Float32Array, prediction: number): number {
  const others = [...scores.keys()].filter((c) => c !== prediction);
  return others.reduce((best, c) => (scores[c] > scores[best] ? c : best));
}
