import { short } from "../../numbers.js";

export interface ColorKeyProps {
  /** The weight of the full color; null where each picture has its own. */
  readonly most: number | null;
}

/** What the colors of weights mean. */
export function ColorKey({ most }: ColorKeyProps) {
  return (
    <p class="key">
      <span>ink deactivates</span>
      <span class="key-ramp" aria-hidden="true" />
      <span>ink activates</span>
      <small>
        full color:{" "}
        {most === null ? "the largest weight of each unit" : `a weight of ${short(most)}`}
      </small>
    </p>
  );
}
