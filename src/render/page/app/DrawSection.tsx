import { useMemo, useRef, useState } from "preact/hooks";
import { contributions, passThrough } from "../../../inspect/explain.js";
import type { TwoLayerNet } from "../../../net/twoLayerNet.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { PixelImage } from "./PixelImage.js";
import type { Report } from "./report.js";
import { imageOf, type Point, type Stroke } from "./strokes.js";

/** Side of the pad in its own pixels; the page may show it smaller. */
const PAD = 280;
/** How far an arrow key moves the pen. */
const KEY_STEP = 8;

/** A pad to draw on, answered by the model while you draw. */
export function DrawSection({ report, net }: { report: Report; net: TwoLayerNet }) {
  const { payload, preprocessing } = report;
  const { rows, columns, classNames } = payload;
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [chosen, setChosen] = useState<number | null>(null);
  const image = useMemo(() => imageOf(strokes, rows, columns), [strokes, rows, columns]);
  const pass = useMemo(
    () => (image === null ? null : passThrough(net, image, preprocessing)),
    [image, net, preprocessing],
  );
  const of = chosen ?? pass?.prediction ?? 0;
  const given = useMemo(
    () => (pass === null ? null : contributions(net, pass, of)),
    [pass, net, of],
  );
  const clear = () => {
    setStrokes([]);
    setChosen(null);
  };
  return (
    <section id="draw" aria-labelledby="draw-title">
      <h2 id="draw-title">Draw {payload.data === "MNIST" ? "a digit" : "something"}</h2>
      <p class="lead">
        With mouse, pen or finger; or with the arrow keys, after the space bar has put the pen down.
        {payload.data !== "MNIST" &&
          ` What you draw is fitted as MNIST's digits were, though this model learned from ${payload.data}.`}
      </p>
      <div class="columns">
        <div>
          <Pad strokes={strokes} onChange={setStrokes} />
          <p class="buttons">
            <button type="button" onClick={() => setStrokes(strokes.slice(0, -1))}>
              Undo
            </button>
            <button type="button" id="clear" onClick={clear}>
              Clear
            </button>
          </p>
        </div>
        {image === null || pass === null || given === null ? (
          <p class="empty" role="status">
            Nothing is drawn yet, so there is nothing to answer.
          </p>
        ) : (
          <>
            <div>
              <p class="answer" role="status">
                <strong id="answer">{classNames[pass.prediction]}</strong>
                <span>{percent(pass.probabilities[pass.prediction])}</span>
              </p>
              <Bars
                names={classNames}
                values={pass.probabilities}
                text={percent}
                marked={pass.prediction}
                chosen={of}
                onChoose={(c) => setChosen(c === chosen ? null : c)}
                label="Probability of each class; choose one to see why, once more to follow the answer"
              />
            </div>
            <div class="pictures">
              <figure>
                <PixelImage
                  {...{ rows, columns, values: image, kind: "ink", size: 140 }}
                  label="What the network saw"
                />
                <figcaption>What the network saw</figcaption>
              </figure>
              <figure>
                <PixelImage
                  {...{ rows, columns, values: given, kind: "signed", size: 140 }}
                  label={`What each pixel gave to ${classNames[of]}`}
                />
                <figcaption>
                  Why {classNames[of]}? <span class="red">Red</span> spoke for it,{" "}
                  <span class="blue">blue</span> against it
                </figcaption>
              </figure>
            </div>
          </>
        )}
      </div>
    </section>
  );
}

interface PadProps {
  readonly strokes: readonly Stroke[];
  readonly onChange: (strokes: readonly Stroke[]) => void;
}

function Pad({ strokes, onChange }: PadProps) {
  // Events may come faster than the page is drawn anew, so what is drawn is kept here as well.
  const drawn = useRef(strokes);
  const pointer = useRef<number | null>(null);
  const pen = useRef<(Point & { readonly down: boolean }) | null>(null);
  if (drawn.current !== strokes) {
    drawn.current = strokes;
    if (pen.current !== null) pen.current = { ...pen.current, down: false }; // what it drew is gone
  }
  const draw = (next: readonly Stroke[]) => {
    drawn.current = next;
    onChange(next);
  };
  const extend = (points: readonly Point[]) => {
    const last = drawn.current.at(-1) ?? [];
    draw([...drawn.current.slice(0, -1), [...last, ...points]]);
  };
  const placeOf = (event: PointerEvent): Point => {
    const { left, top, width, height } = (event.currentTarget as Element).getBoundingClientRect();
    return {
      x: ((event.clientX - left) * PAD) / width,
      y: ((event.clientY - top) * PAD) / height,
    };
  };
  return (
    <svg
      id="pad"
      class="pad"
      viewBox={`0 0 ${PAD} ${PAD}`}
      role="application"
      aria-label="Pad to draw on: arrow keys move the pen, space puts it down or lifts it, Delete clears"
      tabindex={0} // an attribute of SVG, whose names know upper and lower case
      onPointerDown={(event) => {
        if (pointer.current !== null) return; // a second finger draws nothing
        pointer.current = event.pointerId;
        event.currentTarget.setPointerCapture(event.pointerId);
        pen.current = null;
        draw([...drawn.current, [placeOf(event)]]);
      }}
      onPointerMove={(event) => {
        if (pointer.current === event.pointerId) extend([placeOf(event)]);
      }}
      onPointerUp={() => {
        pointer.current = null;
      }}
      onPointerCancel={() => {
        pointer.current = null;
      }}
      onKeyDown={(event) => {
        const steps: Record<string, readonly [number, number]> = {
          ArrowLeft: [-KEY_STEP, 0],
          ArrowRight: [KEY_STEP, 0],
          ArrowUp: [0, -KEY_STEP],
          ArrowDown: [0, KEY_STEP],
        };
        const at = pen.current ?? { x: PAD / 2, y: PAD / 2, down: false };
        const step = steps[event.key];
        if (step !== undefined) {
          const inside = (place: number) => Math.min(PAD, Math.max(0, place));
          const next = { x: inside(at.x + step[0]), y: inside(at.y + step[1]) };
          pen.current = { ...next, down: at.down };
          if (at.down) extend([next]);
          else draw(drawn.current.slice()); // shows where the pen is
        } else if (event.key === " ") {
          pen.current = { ...at, down: !at.down };
          draw(at.down ? drawn.current.slice() : [...drawn.current, [{ x: at.x, y: at.y }]]);
        } else if (event.key === "Delete" || event.key === "Backspace") {
          pen.current = { ...at, down: false };
          draw([]);
        } else return;
        event.preventDefault();
      }}
    >
      {strokes.map((stroke, n) => (
        <polyline
          key={n}
          points={(stroke.length === 1 ? [stroke[0], stroke[0]] : stroke)
            .map(({ x, y }) => `${x},${y}`)
            .join(" ")}
        />
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
