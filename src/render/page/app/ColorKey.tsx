import { short } from "../../numbers.js";

export interface ColorKeyProps {
  /** The weight of the full color; null where each picture has its own. */
  readonly most: number | null;
}

/** What the colors of weights mean. */
export function ColorKey({ most }: ColorKeyProps) {
  return (
    <p class="key">
      <span>{most === null ? "its strongest weight below 0" : short(-most)}: ink deactivates</span>
      <span class="key-ramp" aria-hidden="true" />
      <span>ink activates: {most === null ? "its strongest weight above 0" : short(most)}</span>
    </p>
  );
}
