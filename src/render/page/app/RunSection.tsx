import { type ComponentChildren, Fragment } from "preact";
import { percent } from "../../numbers.js";
import type { PagePayload } from "../payload.js";
import type { SectionProps } from "./sectionProps.js";
import { Table } from "./Table.js";

/** What the run was and what it reached. */
export function RunSection({ report: { payload } }: SectionProps) {
  return (
    <>
      <Table
        titles={["images", "count", "accuracy", "mean loss, nats"]}
        rows={payload.splits.map(({ name, images, accuracy, meanLoss }) => [
          name,
          images,
          percent(accuracy),
          meanLoss.toFixed(4),
        ])}
      />
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
  return {
    ...(run.command === null ? {} : { "repeat with": <code>{run.command}</code> }),
    data: `${run.data}: images of ${rows} x ${columns}, ${C} classes`,
    network: `${rows * columns} pixels, ${hiddenSize} hidden units with ReLU, ${C} scores with softmax`,
    ...(run.command === null ? { training: "unknown: the model does not say" } : trainingOf(run)),
    ...(weights === null ? {} : { weights }),
    parameters: <code>sha256 {run.parametersSha256}</code>,
  };
}

function trainingOf({
  engine,
  iterations,
  seconds,
}: Pick<PagePayload, "engine" | "iterations" | "seconds">): Facts {
  return {
    engine,
    updates: iterations,
    time:
      seconds === null
        ? "unknown: model files omit it, so that equal runs give equal files; history files record it"
        : `${seconds} s`,
  };
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
