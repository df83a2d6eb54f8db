import { Button } from "./Button.js";

export interface BarsProps {
  readonly names: readonly string[];
  readonly values: ArrayLike<number>;
  /** The text beside each bar. */
  readonly text: (value: number) => string;
  /** The class of the answer. */
  readonly marked?: number;
  readonly chosen?: number;
  /** With it, each bar is a button. */
  readonly onChoose?: (c: number) => void;
  readonly label: string;
}

/** One bar per class; bars of negative values point to the left. */
export function Bars({ names, values, text, marked, chosen, onChoose, label }: BarsProps) {
  const all = Array.from(values);
  const lowest = Math.min(0, ...all);
  const span = Math.max(...all.map(Math.abs), 1e-12) - lowest;
  const percentOf = (length: number) => `${(100 * length) / span}%`;
  return (
    <ol class="bars" aria-label={label}>
      {all.map((value, c) => (
        <li key={c} class={c === marked ? "marked" : ""}>
          <Button
            class="bar-row"
            aria-pressed={c === chosen}
            onClick={onChoose && (() => onChoose(c))}
          >
            <span class="bar-name" title={names[c]}>
              {names[c]}
            </span>
            <span class="bar-track" aria-hidden="true">
              <span
                class="bar"
                style={{
                  left: percentOf(Math.min(0, value) - lowest),
                  width: percentOf(Math.abs(value)),
                }}
              />
            </span>
            <span class="bar-text">{text(value)}</span>
          </Button>
        </li>
      ))}
    </ol>
  );
}
