import { percent } from "../../numbers.js";
import { Button } from "./Button.js";
import { goToSection } from "./ChosenImage.js";
import { PixelImage } from "./PixelImage.js";
import type { SectionProps } from "./sectionProps.js";

export interface ImagesProps extends SectionProps {
  /** Indices into payload.images. */
  readonly which: readonly number[];
  /** How many test images are of this kind, in the page or not. */
  readonly total: number;
}

/** Test images with label, answer and probability; each opens the step-through where the page has one. */
export function Images({ report, which, total, onChoose }: ImagesProps) {
  const { payload, images, net, noun = "Test image" } = report;
  const step = (n: number) => {
    onChoose(n);
    goToSection("step");
  };
  const image = (n: number) => {
    const { index, label, prediction, probability } = payload.images[n];
    const [name, answer] = [payload.classNames[label], payload.classNames[prediction]];
    const title = `${noun} ${index}: ${name}, answered ${answer}`;
    return (
      <li key={n}>
        <Button
          class="image"
          title="Step through this image"
          onClick={typeof net === "string" ? undefined : () => step(n)}
        >
          <PixelImage shape={payload} values={images[n]} kind="ink" size={64} label={title} />
          <span>
            {name} {label === prediction ? "✓" : `→ ${answer}`}
          </span>
          <small>{percent(probability)}</small>
        </Button>
      </li>
    );
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
      <ul class="images">{which.map(image)}</ul>
    </>
  );
}
