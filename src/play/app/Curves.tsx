import { useMemo } from "preact/hooks";
import {
  type LossPoint,
  lossCurve,
  MOST_POINTS,
  shownRange,
  thinned,
} from "../../render/curves.js";
import { lossText, percent, short } from "../../render/numbers.js";
import { type Line, LiveChart } from "./LiveChart.js";
import type { LiveState } from "./live.js";

/** A run in the charts, and how its lines look. */
export interface ShownRun {
  readonly state: LiveState;
  readonly color: Line["color"];
  /** Before the names of its lines; "" for a run alone. */
  readonly name: string;
}

/** Loss and accuracy of one run or of two, as they come. */
export function Curves({ runs }: { readonly runs: readonly ShownRun[] }) {
  const done = Math.max(10, ...runs.map(({ state }) => state.loss.length));
  const span = spanFor(done);
  return (
    <div class="charts">
      <LossChart runs={runs} span={span} />
      <AccuracyChart runs={runs} span={span} />
    </div>
  );
}

/** The axis grows in steps, so that lines do not shrink with every frame. */
function spanFor(done: number): number {
  const power = 10 ** Math.floor(Math.log10(done));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((n) => n * power).find((n) => n >= done) ?? done;
}

interface ChartProps {
  readonly runs: readonly ShownRun[];
  readonly span: number;
}

function LossChart({ runs, span }: ChartProps) {
  const curves = useMemo(
    () => runs.map(({ state: { loss } }) => lossCurve(loss.values)),
    [runs.map(({ state }) => state.loss.length).join(), runs],
  );
  const alone = runs.length === 1;
  const lines = runs.flatMap(({ name, color }, i): Line[] => {
    const { each } = runs[i].state.loss;
    const points = (of: readonly LossPoint[]) =>
      of
        .filter(({ loss }) => Number.isFinite(loss))
        .map((at) => [each * at.iteration, at.loss] as const);
    const smooth: Line = { name: alone ? "smooth" : name, color, points: points(curves[i].smooth) };
    return [{ name: "", color, faint: true, points: points(curves[i].batches) }, smooth];
  });
  const starts = runs.map(({ state }) => state.started?.start?.loss ?? 2.4);
  const sound = curves[0];
  const most = Math.max(2.4, Math.min(...starts) * 1.05, shownRange(sound.batches).greatest);
  const range = useMemo(() => [0, Math.min(most, 50)] as const, [most]);
  const last = sound.smooth.at(-1);
  return (
    <LiveChart
      title="Loss of each batch, and its smooth line, in nats"
      lines={lines}
      span={span}
      range={range}
      text={lossTick}
      label={`Loss over updates; ${last === undefined ? "none yet" : `now about ${lossText(last.loss)}`}`}
    />
  );
}

const lossTick = (y: number) => short(y);
const shareTick = (y: number) => percent(y, 0);

function AccuracyChart({ runs, span }: ChartProps) {
  const alone = runs.length === 1;
  const lines = runs.flatMap(({ state, name, color }): Line[] => {
    const { start = null } = state.started ?? {};
    const first = (accuracy: number | null | undefined) =>
      accuracy === null || accuracy === undefined ? [] : [[0, accuracy] as const];
    const validation = thinned(state.validation, MOST_POINTS).map(
      (at) => [at.iteration, at.accuracy] as const,
    );
    const training = thinned(state.epochs, MOST_POINTS).map(
      (at) => [at.iteration, at.trainingAccuracy] as const,
    );
    const ofValidation: Line = {
      name: alone ? "validation" : name,
      color,
      points: [...first(start?.validationAccuracy), ...validation],
    };
    if (!alone) return [ofValidation];
    const points = [...first(start?.trainingAccuracy), ...training];
    return [ofValidation, { name: "training", color: "orange", dashed: true, points }];
  });
  const now = lines[0].points.at(-1)?.[1];
  return (
    <LiveChart
      title={alone ? "Accuracy, training and validation images" : "Validation accuracy"}
      lines={lines}
      span={span}
      range={UNIT}
      text={shareTick}
      label={`Accuracy over updates; ${now === undefined ? "none yet" : `on validation images now ${percent(now)}`}`}
    />
  );
}

const UNIT = [0, 1] as const;
