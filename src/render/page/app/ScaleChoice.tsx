import { ColorKey } from "./ColorKey.js";

export interface ScaleChoiceProps {
  /** The largest weight of all units. */
  readonly most: number;
  /** Whether all units are on one scale. */
  readonly shared: boolean;
  readonly onChange: (shared: boolean) => void;
  /** What is on that scale, such as "all units". */
  readonly of: string;
}

/** What the colors of weights mean, and the choice of one scale for all. */
export function ScaleChoice({ most, shared, onChange, of }: ScaleChoiceProps) {
  return (
    <div class="buttons">
      <ColorKey most={shared ? most : null} />
      <label>
        <input
          type="checkbox"
          checked={shared}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />{" "}
        one scale for {of}
      </label>
    </div>
  );
}
