import { counted } from "../../numbers.js";
import { tellingFirst } from "../heldImages.js";
import { Images } from "./Images.js";
import type { SectionProps } from "./sectionProps.js";

/** The number of mistakes shown. */
const SHOWN = 24;

/** The mistakes with the highest confidence. */
export function MistakesSection(props: SectionProps) {
  const { images, confusion } = props.report.payload;
  const mistakes = confusion.flatMap((row, c) => row.filter((_, p) => p !== c));
  const total = mistakes.reduce((sum, count) => sum + count, 0);
  if (total === 0) return <p>Every test image is classified correctly.</p>;
  const wrong = [...images.keys()].filter((n) => images[n].label !== images[n].prediction);
  wrong.sort((a, b) => tellingFirst(images[a], images[b]));
  const shown = wrong.slice(0, SHOWN);
  return (
    <>
      <p class="lead">
        {shown.length < total
          ? `${shown.length} of ${counted(total, "mistake")}`
          : counted(total, "mistake")}
        , those with the highest confidence first: label → answer, and the probability of the
        answer.
      </p>
      <Images {...props} which={shown} label="Mistakes, those with the highest confidence first" />
    </>
  );
}
