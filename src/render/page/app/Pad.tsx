import { useRef } from "preact/hooks";
import type { Point, Stroke } from "./strokes.js";

/** Side of the pad in its own pixels; the page may show it smaller. */
const PAD = 280;
/** How far an arrow key moves the pen. */
const KEY_STEP = 8;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};

export interface PadProps {
  readonly strokes: readonly Stroke[];
  readonly onChange: (strokes: readonly Stroke[]) => void;
}

/** The pen that keys move. */
interface Pen extends Point {
  readonly down: boolean;
}

/** A pad to draw on with a pointer or by keyboard. */
export function Pad({ strokes, onChange }: PadProps) {
  // Events may come faster than renders, so the current strokes are kept here as well.
  const drawn = useRef(strokes);
  const pointer = useRef<number | null>(null);
  const pen = useRef<Pen | null>(null);
  if (drawn.current !== strokes) {
    drawn.current = strokes;
    if (pen.current !== null) pen.current = { ...pen.current, down: false }; // its stroke is gone
  }
  const draw = (next: readonly Stroke[]) => {
    drawn.current = next;
    onChange(next);
  };
  const release = () => {
    pointer.current = null;
  };
  return (
    <svg
      id="pad"
      class="pad"
      viewBox={`0 0 ${PAD} ${PAD}`}
      role="application"
      aria-label="Pad to draw on: arrow keys move the pen, Space lowers or lifts it, Delete clears"
      tabindex={0} // an SVG attribute, whose name is case-sensitive
      onPointerDown={(event) => {
        if (pointer.current !== null) return; // a second finger draws nothing
        pointer.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
        pen.current = null;
        draw([...drawn.current, [placeOf(event)]]);
      }}
      onPointerMove={(event) => {
        if (pointer.current === event.pointerId) draw(extended(drawn.current, placeOf(event)));
      }}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={(event) => {
        const next = afterKey(event.key, pen.current, drawn.current);
        if (next === null) return;
        event.preventDefault();
        pen.current = next.pen;
        draw(next.strokes);
      }}
    >
      {strokes.map((stroke, n) => (
        <polyline key={n} points={pointsOf(stroke)} />
      ))}
      {pen.current !== null && (
        <circle
          class={pen.current.down ? "pen down" : "pen"}
          cx={pen.current.x}
          cy={pen.current.y}
          r={9}
        />
      )}
    </svg>
  );
}

/** Where a pointer is on the pad. */
function placeOf(event: PointerEvent): Point {
  const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
  return { x: ((event.clientX - left) * PAD) / width, y: ((event.clientY - top) * PAD) / height };
}

/** Pen and strokes after a key, the strokes as a new array so that the pen is drawn; null for other keys. */
function afterKey(key: string, pen: Pen | null, strokes: readonly Stroke[]) {
  const { x, y, down } = pen ?? { x: PAD / 2, y: PAD / 2, down: false };
  const step = arrows[key];
  if (step !== undefined) {
    const inside = (place: number) => Math.min(PAD, Math.max(0, place));
    const to = { x: inside(x + step[0]), y: inside(y + step[1]) };
    return { pen: { ...to, down }, strokes: down ? extended(strokes, to) : [...strokes] };
  }
  if (key === " ") {
    return { pen: { x, y, down: !down }, strokes: down ? [...strokes] : [...strokes, [{ x, y }]] };
  }
  if (key === "Delete" || key === "Backspace") return { pen: { x, y, down: false }, strokes: [] };
  return null;
}

/** Strokes whose last one goes on to a point. */
function extended(strokes: readonly Stroke[], to: Point): Stroke[] {
  return [...strokes.slice(0, -1), [...(strokes.at(-1) ?? []), to]];
}

/** The points of a stroke for SVG, the first one twice, since a dot needs two. */
function pointsOf(stroke: Stroke): string {
  return [stroke[0], ...stroke].map(({ x, y }) => `${x},${y}`).join(" ");
}
