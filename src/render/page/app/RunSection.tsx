import { type ComponentChildren, Fragment } from "preact";
import { lossInParts, lossText, percent } from "../../numbers.js";
import type { PageHistory, PagePayload } from "../payload.js";
import type { ReportProps } from "./sectionProps.js";
import { Table } from "./Table.js";

/** What the run was and what it reached. */
export function RunSection({ report: { payload } }: ReportProps) {
  return (
    <>
      {payload.splits.length > 0 && (
        <Table
          titles={["images", "count", "accuracy", "mean data loss, nats"]}
          rows={payload.splits.map(({ name, images, accuracy, meanLoss }) => [
            name,
            images,
            percent(accuracy),
            lossText(meanLoss),
          ])}
        />
      )}
      {payload.verdict !== null && <p id="verdict">{payload.verdict}</p>}
      <Facts facts={factsOf(payload)} />
      {payload.settings !== null && (
        <details>
          <summary>All settings</summary>
          <Facts facts={payload.settings} />
        </details>
      )}
    </>
  );
}

type Facts = Readonly<Record<string, ComponentChildren>>;

function factsOf({ rows, columns, classNames, hiddenSize, weights, ...run }: PagePayload): Facts {
  const C = classNames.length;
  const start = run.history?.start ?? null;
  const model = {
    data: `${run.data}: images of ${rows} x ${columns}, ${C} classes`,
    network: `${rows * columns} pixels, ${hiddenSize} hidden units with ReLU, ${C} scores with softmax`,
  };
  return {
    ...(run.command === null ? {} : { "repeat with": <code>{run.command}</code> }),
    ...(C === 0 ? { data: run.data } : model), // a run that diverged left no network
    ...(run.iterations === null
      ? { training: "unknown: the file does not say" }
      : { engine: run.engine ?? "unknown", updates: run.iterations }),
    ...(weights === null ? {} : { weights }),
    ...(start === null ? {} : { start: startInWords(start) }),
    ...(run.lastLoss === null
      ? {}
      : { "last batch": `${lossInParts(run.lastLoss, run.penalty)} nats` }),
    ...(run.iterations === null ? {} : { time: timeInWords(run.seconds) }),
    parameters: run.parametersSha256 === null ? "none" : <code>sha256 {run.parametersSha256}</code>,
  };
}

function timeInWords(seconds: number | null): string {
  if (seconds !== null) return `${seconds} s`;
  return "unknown: model files omit it, so that equal runs give equal files; history files record it";
}

/** The figures before the first update. */
function startInWords(start: NonNullable<PageHistory["start"]>): string {
  const { loss, penalty, trainingAccuracy, validationAccuracy } = start;
  const validation =
    validationAccuracy === null ? "" : `, validation ${percent(validationAccuracy)}`;
  const began = lossInParts(loss + penalty, penalty);
  return `${began} nats, training accuracy ${percent(trainingAccuracy)}${validation}, before the first update`;
}

function Facts({ facts }: { facts: Facts }) {
  return (
    <dl class="facts">
      {Object.entries(facts).map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
