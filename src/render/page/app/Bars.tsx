import { Button } from "./Button.js";
import { useRoving } from "./roving.js";

export interface BarsProps {
  readonly names: readonly string[];
  readonly values: ArrayLike<number>;
  /** The text beside each bar. */
  readonly text: (value: number) => string;
  /** Whether the values are shares: then a whole track is 1, whatever the values are. */
  readonly shares?: boolean;
  /** The class of the answer. */
  readonly marked?: number;
  readonly chosen?: number;
  /** With it, each bar is a button. */
  readonly onChoose?: (c: number) => void;
  readonly label: string;
  /** Names the ends of links: "score" makes "score-0" and so on. */
  readonly anchor?: string;
}

/** One bar per class; bars of negative values point to the left. */
export function Bars({ names, values, text, shares = false, marked, label, ...props }: BarsProps) {
  const { chosen, onChoose, anchor } = props;
  const roving = useRoving<HTMLOListElement>();
  const all = Array.from(values);
  const lowest = shares ? 0 : Math.min(0, ...all);
  const span = shares ? 1 : Math.max(...all.map(Math.abs), 1e-12) - lowest;
  const percentOf = (length: number) => `${(100 * length) / span}%`;
  return (
    <div class="bars-grid">
      <ol class="bars" aria-label={label} {...roving}>
        {all.map((value, c) => (
          <li key={c} class={c === marked ? "marked" : ""} data-link={anchor && `${anchor}-${c}`}>
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
                {lowest < 0 && <span class="bar-zero" style={{ left: percentOf(-lowest) }} />}
              </span>
              <span class="bar-text">{text(value)}</span>
            </Button>
          </li>
        ))}
      </ol>
      {shares && (
        <p class="bar-scale" aria-hidden="true">
          <span>0</span>
          <span>50</span>
          <span>100 %</span>
        </p>
      )}
    </div>
  );
}
