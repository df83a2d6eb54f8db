import { useState } from "preact/hooks";
import { ofAnySize } from "../../numbers.js";
import { unitGrid } from "../../unitGrid.js";
import { PixelImage, type PixelImageProps } from "./PixelImage.js";

/** One number of each hidden unit as a picture, which says the number of the unit that one points at. */
export function UnitGrid({ values, label, ...props }: Omit<PixelImageProps, "shape">) {
  const grid = unitGrid(values);
  const { rows, columns } = grid;
  const [at, setAt] = useState<number | null>(null);
  const last = values.length - 1;
  const text = at === null ? "" : `unit ${at}: ${ofAnySize(values[at])}`;
  const steps: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns },
    ...{ Home: -last, End: last },
  };
  const inside = (unit: number) => setAt(Math.min(last, Math.max(0, unit)));
  return (
    <div class="unit-grid">
      <div
        class="unit-cells"
        role="slider"
        tabIndex={0}
        aria-label={`${label}; arrow keys read them`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at ?? 0}
        aria-valuetext={text || "no unit"}
        onKeyDown={(event) => {
          if (!(event.key in steps)) return;
          event.preventDefault();
          inside(at === null ? 0 : at + steps[event.key]);
        }}
        onPointerMove={(event) => {
          const place = event.currentTarget.getBoundingClientRect();
          const column = Math.floor(((event.clientX - place.left) / place.width) * columns);
          const row = Math.floor(((event.clientY - place.top) / place.height) * rows);
          inside(row * columns + Math.min(columns - 1, Math.max(0, column)));
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
      >
        <PixelImage shape={grid} {...props} label={label} values={grid.values} />
        {at !== null && <span class="unit-cell" style={placeOf(at, rows, columns)} />}
      </div>
      <small class="unit-read">{text || "\u00a0"}</small>
    </div>
  );
}

/** Where a unit is in the grid, as shares of it. */
function placeOf(unit: number, rows: number, columns: number) {
  const percent = (share: number) => `${100 * share}%`;
  return {
    left: percent((unit % columns) / columns),
    top: percent(Math.floor(unit / columns) / rows),
    width: percent(1 / columns),
    height: percent(1 / rows),
  };
}
