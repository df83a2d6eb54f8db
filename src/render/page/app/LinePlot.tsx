import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import type { Points } from "../../curves.js";
import { type Axis, placeOn, valueAt } from "./axes.js";
import { type View, wholeRun, within, zoomed } from "./view.js";

/** A line of a chart. */
export interface PlotLine {
  readonly name: string;
  /** Which color of the style sheet it has. */
  readonly color: number;
  readonly points: Points;
  /** Drawn thin, behind the others. */
  readonly faint?: boolean;
  /** Lengths of strokes and gaps, as in SVG. */
  readonly dash?: string;
  /** Whether its points are marked. */
  readonly dots?: boolean;
}

/** Marks of the horizontal axis, and its name. */
export interface Marks {
  readonly name: string;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** A chart, whatever part of it is shown. */
export interface Plot {
  readonly title: string;
  readonly lines: readonly PlotLine[];
  /** Where one can read; by default wherever a line has a point. */
  readonly places?: readonly number[];
  /** The whole horizontal axis. */
  readonly span: readonly [from: number, to: number];
  /** The marks between two places, so many at most. */
  readonly marks: (from: number, to: number, most: number) => Marks;
  /** The vertical axis for the points that are shown. */
  readonly axis: (points: Points, isWhole: boolean) => Axis;
  readonly tickText: (y: number) => string;
  /** A place of the horizontal axis in words. */
  readonly placeText: (x: number) => string;
  readonly valueText: (y: number) => string;
  /** Remarks below the title. */
  readonly notes?: readonly string[];
  /** A vertical line. */
  readonly mark?: { readonly at: number; readonly text: string };
  /** Stands in a chart without points. */
  readonly instead?: string;
}

export interface LinePlotProps {
  readonly plot: Plot;
  readonly view: View;
  readonly onView: (view: View) => void;
  /** Whether the names of the lines stand above them. */
  readonly hasLegend?: boolean;
}

const HEIGHT = 300;
const MARGIN = { left: 56, right: 26, top: 12, bottom: 44 };
/** Pixels between two marks of the horizontal axis, at least. */
const TICK_ROOM = 56;

/** The place of everything in a chart of some width. */
interface Frame {
  readonly from: number;
  readonly to: number;
  readonly right: number;
  readonly axis: Axis;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** A chart to read with a pointer, or with the arrow keys, and to zoom in by dragging, or with + and -. */
export function LinePlot({ plot, view, onView, hasLegend = true }: LinePlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const frame = useMemo(() => frameOf(plot, view, width), [plot, view, width]);
  const reading = useReading(plot, frame, view, onView);
  const { title, lines, notes = [], instead } = plot;
  const names = lines.map(({ name }) => name);
  return (
    <figure class="plot">
      <figcaption>
        <strong>{title}</strong>
        {notes.map((note) => (
          <small key={note}>{note}</small>
        ))}
        {hasLegend && instead === undefined && <Legend lines={lines} />}
      </figcaption>
      <div
        class="plot-area"
        ref={box}
        role="application"
        aria-label={`${title}: ${names.join(", ")}. The arrow keys read values, plus and minus zoom, 0 shows all.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keys that it names
        tabIndex={0}
        {...reading.events}
      >
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Axes plot={plot} frame={frame} />
          <Lines plot={plot} frame={frame} />
          <Cursor plot={plot} frame={frame} at={reading.at} drag={reading.drag} />
          {instead !== undefined && (
            <text x={width / 2} y={HEIGHT / 2} text-anchor="middle">
              {instead}
            </text>
          )}
        </svg>
        <Tip plot={plot} frame={frame} at={reading.at} isLive={reading.byKey} />
      </div>
    </figure>
  );
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(440);
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect }]) => setWidth(contentRect.width));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
  return width;
}

function frameOf({ lines, span, axis: axisOf }: Plot, view: View, width: number): Frame {
  const [first, last] = span;
  const [from, to] = view.map((share) => first + share * (last - first));
  const points = lines.flatMap((line) => line.points.filter(([x]) => x >= from && x <= to));
  const axis = axisOf(points, view[0] === 0 && view[1] === 1);
  const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  return {
    ...{ from, to, right, axis },
    x: (value) => MARGIN.left + ((value - from) / (to - from)) * (right - MARGIN.left),
    y: (value) => bottom - placeOn(axis, value) * (bottom - top),
  };
}

interface Drawn {
  readonly plot: Plot;
  readonly frame: Frame;
}

function Legend({ lines }: Pick<Plot, "lines">) {
  return (
    <ul class="legend">
      {lines.map((line) => (
        <li key={line.name}>
          <Swatch {...line} /> {line.name}
        </li>
      ))}
    </ul>
  );
}

/** A short piece of a line. */
export function Swatch({ color, faint, dash, dots }: Omit<PlotLine, "name" | "points">) {
  return (
    <svg class="swatch" width={22} height={10} aria-hidden="true">
      <path class={lineClass(color, faint)} d="M0 5H22" stroke-dasharray={dash} />
      {dots && <circle class={`dot c${color}`} cx={11} cy={5} r={3} />}
    </svg>
  );
}

function lineClass(color: number, faint = false): string {
  return `line c${color}${faint ? " faint" : ""}`;
}

function Axes({ plot, frame: { from, to, right, axis, x, y } }: Drawn) {
  const bottom = HEIGHT - MARGIN.bottom;
  const most = Math.max(2, Math.floor((right - MARGIN.left) / TICK_ROOM));
  const { name, ticks } = plot.marks(from, to, most);
  return (
    <g class="axes">
      {axis.ticks.map((value) => (
        <g key={value}>
          <path class="grid" d={`M${MARGIN.left} ${y(value).toFixed(1)}H${right}`} />
          <text class="y-tick" x={MARGIN.left - 8} y={y(value) + 4} text-anchor="end">
            {plot.tickText(value)}
          </text>
        </g>
      ))}
      {ticks.map(({ at, text }) => (
        <g key={at}>
          <path class="tick" d={`M${x(at).toFixed(1)} ${bottom}v5`} />
          <text class="x-tick" x={x(at)} y={bottom + 19} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      <path class="base" d={`M${MARGIN.left} ${bottom}H${right}`} />
      <text class="x-name" x={right} y={bottom + 38} text-anchor="end">
        {name}
      </text>
    </g>
  );
}

function Lines({ plot: { lines, mark }, frame }: Drawn) {
  const clip = useId();
  const { right, x, y } = frame;
  const bottom = HEIGHT - MARGIN.bottom;
  const path = (points: Points) =>
    shownPoints(points, frame)
      .map(([px, py], i) => `${i === 0 ? "M" : "L"}${x(px).toFixed(1)} ${y(py).toFixed(1)}`)
      .join("");
  return (
    <g>
      <clipPath id={clip}>
        <rect x={MARGIN.left - 5} y={0} width={right - MARGIN.left + 10} height={bottom + 4} />
      </clipPath>
      <g clip-path={`url(#${clip})`}>
        {lines.map(({ name, color, points, faint, dash, dots }, n) => (
          <g key={`${n} ${name}`}>
            <path class={lineClass(color, faint)} d={path(points)} stroke-dasharray={dash} />
            {(dots || points.length === 1) &&
              shownPoints(points, frame).map(([px, py]) => (
                <circle key={px} class={`dot c${color}`} cx={x(px)} cy={y(py)} r={3} />
              ))}
          </g>
        ))}
      </g>
      {mark !== undefined && x(mark.at) >= MARGIN.left && x(mark.at) <= right + 1 && (
        <g class="mark">
          <path d={`M${x(mark.at)} ${MARGIN.top}V${bottom}`} />
          <text x={x(mark.at) - 6} y={bottom - 10} text-anchor="end">
            {mark.text}
          </text>
        </g>
      )}
    </g>
  );
}

/** The points in view, and one more on each side for the line to come from. */
function shownPoints(points: Points, { from, to }: Frame): Points {
  const first = points.findIndex(([x]) => x >= from);
  const last = points.findLastIndex(([x]) => x <= to);
  return points.slice(Math.max(0, first - 1), last + 2);
}

interface CursorProps extends Drawn {
  readonly at: number | null;
  readonly drag: readonly [number, number] | null;
}

/** Where one reads, and what one drags over. */
function Cursor({ plot, frame: { x, y, axis }, at, drag }: CursorProps) {
  const bottom = HEIGHT - MARGIN.bottom;
  return (
    <g class="cursor">
      {drag !== null && (
        <rect
          x={Math.min(...drag)}
          y={MARGIN.top}
          width={Math.abs(drag[1] - drag[0])}
          height={bottom - MARGIN.top}
        />
      )}
      {at !== null && <path d={`M${x(at).toFixed(1)} ${MARGIN.top}V${bottom}`} />}
      {at !== null &&
        plot.lines.map(({ name, color, points }, n) => {
          const value = valueAt(points, at);
          if (value === null || value > axis.max || value < axis.min) return null;
          return (
            <circle key={`${n} ${name}`} class={`dot c${color}`} cx={x(at)} cy={y(value)} r={4} />
          );
        })}
    </g>
  );
}

/** A chart of fewer pixels has no room for values beside the place that one reads. */
const NARROW = 440;
/** The most lines whose values are listed. */
const MOST_READ = 10;

interface TipProps extends Drawn {
  readonly at: number | null;
  readonly isLive: boolean;
}

/** The values at the place that one reads. */
function Tip({ plot: { lines, placeText, valueText }, frame: { x, right }, at, isLive }: TipProps) {
  const read = lines.flatMap((line) => {
    const value = at === null ? null : valueAt(line.points, at);
    return value === null ? [] : [{ ...line, value }];
  });
  const isNarrow = right < NARROW;
  const isLeft = at !== null && x(at) > (MARGIN.left + right) / 2;
  const style =
    at === null || isNarrow
      ? {}
      : isLeft
        ? { right: `calc(100% - ${x(at) - 12}px)` }
        : { left: `${x(at) + 12}px` };
  return (
    <div
      class={at === null ? "tip none" : isNarrow ? "tip above" : "tip"}
      style={style}
      aria-live={isLive ? "polite" : "off"}
    >
      {at !== null && (
        <>
          <strong>{placeText(at)}</strong>
          {read.slice(0, MOST_READ).map((line, n) => (
            <span class="tip-row" key={`${n} ${line.name}`}>
              <Swatch {...line} />
              <span>{line.name}</span> <b>{valueText(line.value)}</b>
            </span>
          ))}
          {read.length > MOST_READ && <span>and {read.length - MOST_READ} more</span>}
        </>
      )}
    </div>
  );
}

/** Where one reads a chart, and the events that move it or zoom. */
function useReading(plot: Plot, frame: Frame, view: View, onView: (view: View) => void) {
  const { lines, places: given, span } = plot;
  const { from, to } = frame;
  const [at, setAt] = useState<number | null>(null);
  const [byKey, setByKey] = useState(false);
  const shown = useMemo(() => {
    const all = new Set(given ?? lines.flatMap(({ points }) => points.map(([x]) => x)));
    return [...all].filter((x) => x >= from && x <= to).sort((a, b) => a - b);
  }, [lines, given, from, to]);
  const read = (x: number | null, keyboard: boolean) => {
    setAt(x);
    setByKey(keyboard);
  };
  const shareOf = (x: number) => (x - span[0]) / (span[1] - span[0]);
  const { drag, events } = usePointer(frame, {
    onPoint: (x) => read(x === null ? null : closest(shown, x), false),
    onDrag: (a, b) => onView(within(shareOf(a), shareOf(b))),
  });
  const press = (key: string): boolean => {
    const place = moved(key, at === null ? -1 : shown.indexOf(at), shown.length);
    const factor = zoomKeys[key];
    if (place !== null) read(shown[place] ?? null, true);
    else if (key === "Escape") read(null, true);
    else if (key === "0") onView(wholeRun);
    else if (factor === undefined) return false;
    else onView(zoomed(view, factor, at === null ? (view[0] + view[1]) / 2 : shareOf(at)));
    return true;
  };
  return {
    at: at !== null && at >= from && at <= to ? at : null,
    byKey,
    drag,
    events: {
      ...events,
      onBlur: () => read(null, false),
      onDblClick: () => onView(wholeRun),
      onKeyDown: (event: KeyboardEvent) => {
        if (!event.ctrlKey && !event.metaKey && press(event.key)) event.preventDefault();
      },
    },
  };
}

/** How much wider the view is after a key. */
const zoomKeys: Readonly<Record<string, number>> = { "+": 0.5, "=": 0.5, "-": 2 };
/** Share of the places in view that Page Up and Page Down move by. */
const PAGE = 0.1;

/** Where a key leads from one of so many places, -1 for none of them; null for other keys. */
function moved(key: string, place: number, count: number): number | null {
  const page = Math.max(1, Math.round(PAGE * count));
  const moves: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: place - 1, ArrowRight: place + 1, PageDown: place + page },
    ...{ PageUp: place - page, Home: 0, End: count - 1 },
  };
  return key in moves ? Math.min(count - 1, Math.max(0, moves[key])) : null;
}

/** Pixels from which a drag is meant. */
const DRAGGED = 8;

interface PointerActions {
  /** At a place of the horizontal axis, or at none. */
  readonly onPoint: (x: number | null) => void;
  /** From the lower place to the higher. */
  readonly onDrag: (from: number, to: number) => void;
}

/** Pointing with anything, and dragging with a mouse; the pixels between which one drags. */
function usePointer({ from, to, right }: Frame, { onPoint, onDrag }: PointerActions) {
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const xOf = (pixel: number) =>
    from + ((pixel - MARGIN.left) / (right - MARGIN.left)) * (to - from);
  const pixelOf = (event: PointerEvent) => {
    const pixel = event.clientX - (event.currentTarget as Element).getBoundingClientRect().left;
    return Math.min(right, Math.max(MARGIN.left, pixel));
  };
  const events = {
    onPointerDown: (event: PointerEvent) => {
      onPoint(xOf(pixelOf(event)));
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      setDrag([pixelOf(event), pixelOf(event)]);
    },
    onPointerMove: (event: PointerEvent) => {
      if (drag !== null) setDrag([drag[0], pixelOf(event)]);
      onPoint(xOf(pixelOf(event)));
    },
    onPointerUp: () => {
      const [a, b] = [...(drag ?? [0, 0])].sort((one, other) => one - other);
      if (b - a > DRAGGED) onDrag(xOf(a), xOf(b));
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
    onPointerLeave: () => onPoint(null),
  };
  return { drag, events };
}

/** The place nearest to x; null if there is none. */
function closest(places: readonly number[], x: number): number | null {
  let best: number | null = null;
  for (const place of places) {
    if (best === null || Math.abs(place - x) < Math.abs(best - x)) best = place;
  }
  return best;
}
