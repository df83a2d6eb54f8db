import { percent } from "../../numbers.js";
import { Button } from "./Button.js";
import { goToSection } from "./ChosenImage.js";
import { PixelImage } from "./PixelImage.js";
import { useRoving } from "./roving.js";
import type { SectionProps } from "./sectionProps.js";

export interface ImagesProps extends SectionProps {
  /** Indices into payload.images. */
  readonly which: readonly number[];
  /** Text below an image; by default the probability of its answer. */
  readonly text?: (n: number) => string;
  /** What the list shows, for screen readers. */
  readonly label: string;
}

/** Test images with label, answer and a number; each opens the step-through where the page has one. */
export function Images({ report, which, text, label: name, onChoose }: ImagesProps) {
  const { payload, images, net, noun = "Test image" } = report;
  const roving = useRoving<HTMLUListElement>();
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
          <PixelImage shape={payload} values={images[n]} kind="ink" size={56} label={title} />
          <span>
            {name} {label === prediction ? "✓" : `→ ${answer}`}
          </span>
          <small>{text === undefined ? percent(probability, 1) : text(n)}</small>
        </Button>
      </li>
    );
  };
  return (
    <ul class="images" aria-label={name} data-own {...roving}>
      {which.map(image)}
    </ul>
  );
}
