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
  const most = Math.max(...all.map(Math.abs), 1e-12);
  const lowest = Math.min(0, ...all);
  const span = Math.max(most, 0) - lowest || 1;
  return (
    <ol class="bars" aria-label={label}>
      {all.map((value, c) => {
        const from = (Math.min(0, value) - lowest) / span;
        const bar = (
          <>
            <span class="bar-name" title={names[c]}>
              {names[c]}
            </span>
            <span class="bar-track" aria-hidden="true">
              <span
                class="bar"
                style={{ left: `${100 * from}%`, width: `${(100 * Math.abs(value)) / span}%` }}
              />
            </span>
            <span class="bar-text">{text(value)}</span>
          </>
        );
        return (
          <li key={`${c} ${names[c]}`} class={c === marked ? "marked" : ""}>
            {onChoose === undefined ? (
              <div class="bar-row">{bar}</div>
            ) : (
              <button
                type="button"
                class="bar-row"
                aria-pressed={c === chosen}
                onClick={() => onChoose(c)}
              >
                {bar}
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}
