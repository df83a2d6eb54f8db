import { useState } from "preact/hooks";
import { Button } from "./Button.js";
import { Images } from "./Images.js";
import type { SectionProps, WithLead } from "./sectionProps.js";
import { Table } from "./Table.js";

/** The confusion matrix of the test images; a cell opens the images behind it. */
export function ConfusionSection({ hasLead = true, ...props }: SectionProps & WithLead) {
  const { confusion, classNames, images } = props.report.payload;
  const [[label, prediction], setOpen] = useState<readonly number[]>([]);
  const mistakes = Math.max(1, ...confusion.flatMap((row, c) => row.filter((_, p) => p !== c)));
  const cell = (count: number, c: number, p: number) =>
    count === 0 ? (
      <span class="nothing">·</span>
    ) : (
      <Button
        class={p === c ? "cell right" : "cell"}
        style={p === c ? {} : { "--heat": (0.15 + 0.75 * (count / mistakes)).toFixed(3) }}
        aria-pressed={label === c && prediction === p}
        aria-label={`${count} ${count === 1 ? "image" : "images"} of ${classNames[c]} answered ${classNames[p]}`}
        onClick={() => setOpen([c, p])}
      >
        {count}
      </Button>
    );
  return (
    <>
      {hasLead && (
        <p class="lead">
          Rows are labels, columns are answers, counted over the test images. Select a number to see
          its images.
        </p>
      )}
      <Table
        class="confusion"
        titles={[<span class="unseen">label</span>, ...classNames]}
        rows={confusion.map((row, c) => [classNames[c], ...row.map((n, p) => cell(n, c, p))])}
      />
      {label !== undefined && (
        <div id="cell" role="status">
          <h3>
            Labelled {classNames[label]}, answered {classNames[prediction]}
          </h3>
          <Images
            {...props}
            which={[...images.keys()].filter(
              (n) => images[n].label === label && images[n].prediction === prediction,
            )}
            total={confusion[label][prediction]}
          />
        </div>
      )}
    </>
  );
}
