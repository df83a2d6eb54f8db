import { useState } from "preact/hooks";
import { percent } from "../../numbers.js";
import { PixelImage } from "./PixelImage.js";
import type { Report } from "./report.js";

export interface ConfusionSectionProps {
  readonly report: Report;
  /** Steps through one of the page's images; null where the page holds no net. */
  readonly onStep: ((n: number) => void) | null;
}

/** The confusion matrix of the test images; a cell opens the images behind it. */
export function ConfusionSection({ report, onStep }: ConfusionSectionProps) {
  const { confusion, classNames } = report.payload;
  const [cell, setCell] = useState<readonly [number, number] | null>(null);
  const mistakes = Math.max(1, ...confusion.flatMap((row, c) => row.filter((_, p) => p !== c)));
  return (
    <section id="confusion" aria-labelledby="confusion-title">
      <h2 id="confusion-title">Confusion</h2>
      <p class="lead">
        A row for each label, a column for each answer, over the test images. A number opens the
        images behind it.
      </p>
      <div class="scroll">
        <table class="confusion">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">label</span>
              </th>
              {classNames.map((name, c) => (
                <th scope="col" key={`${c} ${name}`} title={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.map((row, c) => (
              <tr key={`${c} ${classNames[c]}`}>
                <th scope="row" title={classNames[c]}>
                  {classNames[c]}
                </th>
                {row.map((count, p) => (
                  <td key={`${p} ${classNames[p]}`}>
                    {count === 0 ? (
                      <span class="nothing">·</span>
                    ) : (
                      <button
                        type="button"
                        class={p === c ? "cell right" : "cell"}
                        style={
                          p === c ? {} : { "--heat": (0.15 + 0.75 * (count / mistakes)).toFixed(3) }
                        }
                        aria-pressed={cell !== null && cell[0] === c && cell[1] === p}
                        aria-label={`${count} ${count === 1 ? "image" : "images"} of ${classNames[c]} answered ${classNames[p]}`}
                        onClick={() => setCell([c, p])}
                      >
                        {count}
                      </button>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {cell !== null && (
        <div id="cell" role="status">
          <h3>
            Labelled {classNames[cell[0]]}, answered {classNames[cell[1]]}
          </h3>
          <Images
            {...{ report, onStep }}
            which={indices(
              report,
              ({ label, prediction }) => label === cell[0] && prediction === cell[1],
            )}
            of={confusion[cell[0]][cell[1]]}
          />
        </div>
      )}
    </section>
  );
}

/** Mistakes that are shown. */
const SHOWN = 24;

/** The mistakes that the model was surest of. */
export function MistakesSection({ report, onStep }: ConfusionSectionProps) {
  const { images, confusion } = report.payload;
  const mistakes = confusion.flatMap((row, c) => row.filter((_, p) => p !== c));
  const all = mistakes.reduce((sum, count) => sum + count, 0);
  const wrong = indices(report, ({ label, prediction }) => label !== prediction);
  wrong.sort((a, b) => images[b].probability - images[a].probability);
  return (
    <section id="mistakes" aria-labelledby="mistakes-title">
      <h2 id="mistakes-title">The surest mistakes</h2>
      {all === 0 ? (
        <p>Every test image is answered right.</p>
      ) : (
        <Images {...{ report, onStep }} which={wrong.slice(0, SHOWN)} of={all} />
      )}
    </section>
  );
}

function indices(
  { payload }: Report,
  wanted: (image: Report["payload"]["images"][number]) => boolean,
): number[] {
  return payload.images.flatMap((image, n) => (wanted(image) ? [n] : []));
}

interface ImagesProps extends ConfusionSectionProps {
  /** Which of the page's images. */
  readonly which: readonly number[];
  /** How many there are of the kind, in the page or not. */
  readonly of: number;
}

function Images({ report, which, of, onStep }: ImagesProps) {
  const { payload, images } = report;
  const { rows, columns, classNames } = payload;
  const left = of - which.length;
  return (
    <>
      {left > 0 && (
        <p class="lead">
          {which.length === 0
            ? "The page has no room for these images."
            : `${which.length} of ${of}, those that the model was surest of.`}
        </p>
      )}
      <ul class="images">
        {which.map((n) => {
          const { index, label, prediction, probability } = payload.images[n];
          const name = `Test image ${index}: ${classNames[label]}, answered ${classNames[prediction]}`;
          const shown = (
            <>
              <PixelImage
                {...{ rows, columns, values: images[n], kind: "ink", size: 64 }}
                label={name}
              />
              <span>
                {classNames[label]} {label === prediction ? "✓" : `→ ${classNames[prediction]}`}
              </span>
              <small>{percent(probability)}</small>
            </>
          );
          return (
            <li key={index}>
              {onStep === null ? (
                <div class="image">{shown}</div>
              ) : (
                <button
                  type="button"
                  class="image"
                  title="Step through this image"
                  onClick={() => onStep(n)}
                >
                  {shown}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
