import { useMemo, useRef, useState } from "preact/hooks";
import { strongestFirst, unitStrengths, weightsInto } from "../../inspect/hiddenUnits.js";
import type { TwoLayerParameters } from "../../net/twoLayerNet.js";
import { counted, percent } from "../../render/numbers.js";
import { Button } from "../../render/page/app/Button.js";
import { ConfusionSection } from "../../render/page/app/ConfusionSection.js";
import { DrawSection } from "../../render/page/app/DrawSection.js";
import { MistakesSection } from "../../render/page/app/MistakesSection.js";
import type { ShownNet } from "../../render/page/app/report.js";
import { UnitTiles } from "../../render/page/app/UnitTiles.js";
import { largestSize } from "../../render/palette.js";
import type { Subject } from "./lab.js";
import type { LiveState } from "./live.js";
import { imagesOf, type Looked, noImages, preprocessingIn, shownNet } from "./shownNet.js";

export interface ViewProps {
  readonly state: LiveState;
  readonly subject: Subject;
}

/** The pad, with the answer of the net as it is. */
export function Drawing({ state, subject }: ViewProps) {
  const { frame } = state;
  const report = useMemo(
    () =>
      frame &&
      shownNet(frame.parameters, preprocessingIn(state, subject), subject.link.settings, noImages),
    [frame?.parameters],
  );
  if (report === null) return <Waiting />;
  return <DrawSection report={report} hasLead={false} chosen={0} onChoose={() => {}} />;
}

function Waiting() {
  return <p class="empty">The network is on its way.</p>;
}

/** Hidden units shown at a time. */
const AT_A_TIME = 40;

const orders = {
  class: "influence and favorite digit",
  strength: "influence",
  number: "number",
} as const;
type Order = keyof typeof orders;

/** Milliseconds between two sortings, so that units do not jump about. */
const SORTED_EVERY = 2000;

interface OrderChoiceProps {
  readonly order: Order;
  readonly onChange: (order: Order) => void;
}

function OrderChoice({ order, onChange }: OrderChoiceProps) {
  return (
    <label>
      Sorted by{" "}
      <select value={order} onChange={(event) => onChange(event.currentTarget.value as Order)}>
        {Object.entries(orders).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The weights of hidden units, 40 at a time. */
export function Units({ state, subject, onLook }: LookingProps) {
  const { frame } = state;
  const [order, setOrder] = useState<Order>("class");
  const [page, setPage] = useState(0);
  const [unit, setUnit] = useState<number | null>(null);
  const sorted = useSorted(frame?.parameters ?? null, order);
  const report = useTested(state, subject);
  if (frame === null || report === null || typeof report.net === "string") return <Waiting />;
  const { W1 } = frame.parameters;
  const favored = (h: number) => favoredBy(frame.parameters, h);
  const pages = Math.ceil(sorted.length / AT_A_TIME);
  const first = (page % pages) * AT_A_TIME;
  const shown = sorted.slice(first, first + AT_A_TIME);
  if (order === "class") shown.sort((a, b) => favored(a) - favored(b));
  const chosen = unit !== null && unit < sorted.length ? unit : null;
  const most = STRONG * Math.max(...shown.map((h) => largestSize(weightsInto(W1, h))));
  return (
    <>
      <div class="buttons">
        <OrderChoice order={order} onChange={setOrder} />
        {pages > 1 && (
          <>
            <Button onClick={() => setPage((page + pages - 1) % pages)}>Previous</Button>
            <Button onClick={() => setPage((page + 1) % pages)}>Next {AT_A_TIME}</Button>
            <small>
              {(page % pages) + 1} of {pages}
            </small>
          </>
        )}
      </div>
      <UnitTiles
        report={report}
        net={report.net}
        chosen={0}
        onChoose={(n) => onLook({ report, chosen: n })}
        units={shown}
        most={most}
        open={chosen}
        onOpen={setUnit}
        caption={favored}
      />
    </>
  );
}

/** The digit for which a hidden unit has the largest weight. */
function favoredBy({ W2 }: TwoLayerParameters, h: number): number {
  const weights = Array.from(W2.data.subarray(h * 10, (h + 1) * 10));
  return weights.indexOf(Math.max(...weights));
}

/** The share of the largest weight that gets the strongest color; a few weights are far larger than most. */
const STRONG = 0.6;

/** The hidden units in order, by their number or by their influence; sorted again every now and then. */
function useSorted(parameters: TwoLayerParameters | null, order: Order): readonly number[] {
  const last = useRef<{ at: number; order: Order; sorted: number[] } | null>(null);
  const now = performance.now();
  if (parameters === null) return [];
  const H = parameters.b1.shape[0];
  const { current } = last;
  const isFresh = current?.order === order && current.sorted.length === H;
  if (isFresh && now - current.at < SORTED_EVERY) return current.sorted;
  const sorted = strongestFirst(unitStrengths(parameters));
  if (order === "number") sorted.sort((a, b) => a - b);
  last.current = { at: now, order, sorted };
  return sorted;
}

/** Bars of the histogram besides that of dead units. */
const BARS = 20;

/** A histogram of how often hidden units are on. */
export function Activity({ state: { measured } }: Pick<ViewProps, "state">) {
  if (measured === null) return <Waiting />;
  const { activity } = measured;
  const counts = new Array<number>(BARS + 1).fill(0);
  for (const share of activity) counts[share === 0 ? 0 : Math.ceil(share * BARS)]++;
  const most = Math.max(...counts);
  const dead = counts[0];
  return (
    <figure class="histogram">
      <div
        class="bars-up"
        role="img"
        aria-label={`Histogram of ${activity.length} hidden units by the share of images that turn them on; ${dead} are dead`}
      >
        {counts.map((count, i) => (
          <div key={i} class={i === 0 ? "dead" : ""}>
            <span style={{ height: `${(100 * count) / most}%` }} />
          </div>
        ))}
      </div>
      <div class="axis" aria-hidden="true">
        <span class="red">dead</span>
        <span>on for few images</span>
        <span>for half</span>
        <span>for all</span>
      </div>
      <figcaption>
        <strong>{dead}</strong> of {counted(activity.length, "hidden unit")}{" "}
        {dead === 1 || activity.length === 1 ? "is" : "are"} dead. On average, a unit is on for{" "}
        {percent(activity.reduce((sum, share) => sum + share, 0) / activity.length, 0)} of the
        images.
      </figcaption>
    </figure>
  );
}

export interface LookingProps extends ViewProps {
  /** Puts an image under the microscope. */
  readonly onLook: (looked: Looked) => void;
}

/** The net as it is, and the test images with the answers that were last measured; null until there are some. */
function useTested(state: LiveState, subject: Subject): ShownNet | null {
  const { frame, measured } = state;
  const { test } = subject.images;
  const images = useMemo(
    () => imagesOf(test, Array.from(test.labels.keys()), preprocessingIn(state, subject)),
    [test, state.started, subject.link.settings.deskew],
  );
  return useMemo(() => {
    if (frame === null || measured === null) return null;
    const { confusion } = measured.test;
    const preprocessing = preprocessingIn(state, subject);
    const answered = { noun: "Test image", images, answers: measured.answers, confusion };
    return shownNet(frame.parameters, preprocessing, subject.link.settings, answered);
  }, [frame?.parameters, measured, images]);
}

/** The confusion matrix, and the worst mistakes. */
export function Mistakes({ state, subject, onLook }: LookingProps) {
  const { measured } = state;
  const report = useTested(state, subject);
  if (report === null) return <Waiting />;
  const props = { report, chosen: 0, onChoose: (n: number) => onLook({ report, chosen: n }) };
  const { accuracy } = measured!.test;
  return (
    <>
      <p>
        <strong>{percent(accuracy, 1)}</strong> of them are read correctly after{" "}
        {counted(measured!.iteration, "update")}.
      </p>
      <ConfusionSection {...props} hasLead={false} />
      <h3>The worst mistakes: wrong, and sure of it</h3>
      <MistakesSection {...props} />
    </>
  );
}
