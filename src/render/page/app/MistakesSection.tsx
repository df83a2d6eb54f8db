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
  wrong.sort((a, b) => images[b].probability - images[a].probability);
  return <Images {...props} which={wrong.slice(0, SHOWN)} total={total} />;
}
