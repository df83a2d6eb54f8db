import { Fragment } from "preact";
import { percent } from "../../numbers.js";
import type { PagePayload } from "../payload.js";
import { Table } from "./Table.js";

/** What the run was and what it reached. */
export function RunSection({ payload }: { payload: PagePayload }) {
  const { splits, settings, command, data, engine, iterations, seconds } = payload;
  return (
    <section id="run" aria-labelledby="run-title">
      <h2 id="run-title">The run</h2>
      <Table
        titles={["images", "count", "accuracy", "mean loss, nats"]}
        rows={splits.map(({ name, images, accuracy, meanLoss }) => [
          ...[name, images, percent(accuracy), meanLoss.toFixed(4)],
        ])}
      />
      {payload.verdict !== null && <p id="verdict">{payload.verdict}</p>}
      <dl class="facts">
        <dt>again</dt>
        <dd>
          <code>{command}</code>
        </dd>
        <dt>data</dt>
        <dd>
          {data}: images of {payload.rows} x {payload.columns}, {payload.classNames.length} classes
        </dd>
        <dt>network</dt>
        <dd>
          {payload.rows * payload.columns} pixels, {payload.hiddenSize} hidden units with ReLU,{" "}
          {payload.classNames.length} scores with softmax
        </dd>
        <dt>engine</dt>
        <dd>{engine}</dd>
        <dt>updates</dt>
        <dd>{iterations}</dd>
        {payload.weights !== null && (
          <>
            <dt>weights</dt>
            <dd>{payload.weights}</dd>
          </>
        )}
        <dt>time</dt>
        <dd>
          {seconds === null
            ? "not known: a model file holds none, so that equal runs give equal files; a history file does"
            : `${seconds} s`}
        </dd>
        <dt>parameters</dt>
        <dd>
          <code>sha256 {payload.parametersSha256}</code>
        </dd>
      </dl>
      <details>
        <summary>All settings</summary>
        <dl class="facts">
          {settings.map(({ name, value }) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </Fragment>
          ))}
        </dl>
      </details>
    </section>
  );
}

/** Precision, recall and F1 of each class. */
export function ClassesSection({ payload }: { payload: PagePayload }) {
  const share = (value: number | null) => (value === null ? "–" : value.toFixed(4));
  return (
    <section id="classes" aria-labelledby="classes-title">
      <h2 id="classes-title">Each class</h2>
      <Table
        titles={["class", "images", "precision", "recall", "F1"]}
        rows={payload.classes.map(({ name, count, precision, recall, f1 }) => [
          ...[name, count, share(precision), share(recall), share(f1)],
        ])}
      />
    </section>
  );
}
