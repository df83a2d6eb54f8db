import { useMemo, useState } from "preact/hooks";
import {
  type ComparedLine,
  compare,
  figureTitles,
  finalFigures,
  lineNames,
} from "../../comparison.js";
import { lossName, type Points } from "../../curves.js";
import { lossText, percent, short } from "../../numbers.js";
import type { PageRun } from "../payload.js";
import { accuracyAxis, lossAxis, needsLog, wholeTicks } from "./axes.js";
import { Button } from "./Button.js";
import { MOST_DOTS } from "./CurvesSection.js";
import { LinePlot, type Plot, type PlotLine, Swatch } from "./LinePlot.js";
import { PartOfRun } from "./PartOfRun.js";
import { useRoving } from "./roving.js";
import type { ReportProps } from "./sectionProps.js";
import { Table } from "./Table.js";
import { wholeRun } from "./view.js";

/** The curves of several runs on common axes, and the final figures of each. */
export function CompareSection({ report }: ReportProps) {
  const { compared } = report.payload;
  const [view, onView] = useState(wholeRun);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const plots = useMemo(() => plotsOf(compared), [compared]);
  const visible = useMemo(
    () =>
      plots.map((plot) => {
        return { ...plot, lines: plot.lines.filter(({ name }) => !hidden.includes(name)) };
      }),
    [plots, hidden],
  );
  const toggle = (name: string) =>
    setHidden(hidden.includes(name) ? hidden.filter((other) => other !== name) : [...hidden, name]);
  return (
    <>
      <p class="lead">
        Smoothed loss and accuracy of {compared.length} runs. Select a name to hide its line. Runs
        that differ in their seed alone share a color.
      </p>
      <Names names={lineNames(compared)} hidden={hidden} onToggle={toggle} />
      <PartOfRun view={view} onView={onView} />
      <div class="charts">
        {visible.map((plot) => (
          <LinePlot key={plot.title} {...{ plot, view, onView }} hasLegend={false} />
        ))}
      </div>
      <Table
        class="runs"
        tall={compared.length > 12}
        titles={["run", ...figureTitles, "remark"]}
        rows={compared.map((run) => [
          run.name,
          ...finalFigures(run),
          [run.isOwn ? "this model" : "", run.remark].filter(Boolean).join(", "),
        ])}
      />
    </>
  );
}

interface NamesProps {
  readonly names: readonly string[];
  readonly hidden: readonly string[];
  readonly onToggle: (name: string) => void;
}

/** The names of the lines; each hides or shows its own. */
function Names({ names, hidden, onToggle }: NamesProps) {
  const roving = useRoving<HTMLUListElement>();
  return (
    <ul class="legend" aria-label="Lines of the charts" {...roving}>
      {names.map((name, place) => (
        <li key={name}>
          <Button aria-pressed={!hidden.includes(name)} onClick={() => onToggle(name)}>
            <Swatch {...styleOf(place)} /> {name}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Colors of the style sheet; further lines are dashed. */
const COLORS = 8;
const DASHES = [undefined, "7 4", "2 3"];

function styleOf(place: number) {
  return { color: place % COLORS, dash: DASHES[Math.floor(place / COLORS) % DASHES.length] };
}

/** Whether the losses of some runs include an L2 term, or of all. */
function l2InWords(compared: readonly PageRun[]): string {
  const count = compared.filter((run) => lossName(run) !== "loss").length;
  if (count === 0) return "";
  return count === compared.length ? " with L2" : ", with L2 where a run has it";
}

function plotsOf(compared: readonly PageRun[]): Plot[] {
  const { loss, lossRange, iterations, accuracy, measuredOn, epochs } = compare(compared);
  const [, greatest] = lossRange;
  const numbers = (from: number, to: number, most: number) =>
    wholeTicks(from, to, most).map((at) => ({ at, text: String(at) }));
  const inRange = (points: Points) => points.filter(([, value]) => value <= greatest);
  const log = needsLog(inRange(loss.flatMap(({ points }) => points)));
  const lines = (of: readonly ComparedLine[], times: number, dots: boolean): PlotLine[] =>
    of.map(({ name, place, points }) => ({
      ...{ name, dots, ...styleOf(place) },
      points: points.map(([x, y]) => [x, times * y]),
    }));
  return [
    {
      title: `Smoothed loss${l2InWords(compared)}, nats`,
      lines: lines(loss, 1, false),
      span: [0, Math.max(1, iterations)],
      marks: (from, to, most) => ({ name: "iteration", ticks: numbers(from, to, most) }),
      axis: (shown, isWhole) => lossAxis(inRange(shown), log, isWhole),
      tickText: (value) => short(value, 6),
      placeText: (iteration) => `iteration ${iteration}`,
      valueText: lossText,
      instead: iterations === 0 ? "no updates" : undefined,
    },
    {
      title: `Accuracy on ${measuredOn} images, %`,
      lines: lines(accuracy, 100, epochs <= MOST_DOTS),
      span: [1, Math.max(2, epochs)],
      marks: (from, to, most) => ({ name: "epoch", ticks: numbers(from, to, most) }),
      axis: accuracyAxis,
      tickText: (value) => short(value, 6),
      placeText: (epoch) => `epoch ${epoch}`,
      valueText: (value) => percent(value / 100),
      instead: epochs === 0 ? "no whole epoch" : undefined,
    },
  ];
}
