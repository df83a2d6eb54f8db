import { percent } from "../../numbers.js";
import { PixelImage } from "./PixelImage.js";
import { goToStep } from "./StepSection.js";
import type { SectionProps } from "./section.js";

export interface ImagesProps extends SectionProps {
  /** Indices into payload.images. */
  readonly which: readonly number[];
  /** How many test images are of this kind, in the page or not. */
  readonly total: number;
}

/** Test images with label, answer and probability; each opens the step-through where the page has one. */
export function Images({ report, which, total, onChoose }: ImagesProps) {
  const step = (n: number) => {
    onChoose(n);
    goToStep();
  };
  return (
    <>
      {which.length < total && (
        <p class="lead">
          {which.length === 0
            ? "The page has no room for these images."
            : `The ${which.length} of ${total} with the highest confidence.`}
        </p>
      )}
      <ul class="images">
        {which.map((n) => (
          <li key={n}>
            {typeof report.net === "string" ? (
              <div class="image">{withCaption(report, n)}</div>
            ) : (
              <button
                type="button"
                class="image"
                title="Step through this image"
                onClick={() => step(n)}
              >
                {withCaption(report, n)}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function withCaption({ payload, images }: SectionProps["report"], n: number) {
  const { index, label, prediction, probability } = payload.images[n];
  const [labelName, answer] = [payload.classNames[label], payload.classNames[prediction]];
  const title = `Test image ${index}: ${labelName}, answered ${answer}`;
  return (
    <>
      <PixelImage shape={payload} values={images[n]} kind="ink" size={64} label={title} />
      <span>
        {labelName} {label === prediction ? "✓" : `→ ${answer}`}
      </span>
      <small>{percent(probability)}</small>
    </>
  );
}
