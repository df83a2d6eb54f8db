import { Button } from "./Button.js";
import { type View, wholeRun } from "./view.js";

export interface PartOfRunProps {
  readonly view: View;
  readonly onView: (view: View) => void;
}

const parts = {
  "the whole run": 1,
  "its last half": 0.5,
  "its last quarter": 0.25,
  "its last tenth": 0.1,
};

/** Chooses the part of a run that charts show. */
export function PartOfRun({ view: [from, to], onView }: PartOfRunProps) {
  const known = Object.values(parts).find((share) => to === 1 && from === 1 - share);
  return (
    <p class="buttons">
      <label>
        Show{" "}
        <select
          value={known ?? "other"}
          onChange={({ currentTarget: { value } }) => onView([1 - Number(value), 1])}
        >
          {Object.entries(parts).map(([name, share]) => (
            <option key={name} value={share}>
              {name}
            </option>
          ))}
          {known === undefined && <option value="other">the chosen part</option>}
        </select>
      </label>
      {known !== 1 && <Button onClick={() => onView(wholeRun)}>Show all</Button>}
    </p>
  );
}
