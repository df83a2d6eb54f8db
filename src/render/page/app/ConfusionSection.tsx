import { type ComponentChildren, Fragment } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { counted } from "../../numbers.js";
import { tellingFirst } from "../heldImages.js";
import { Button } from "./Button.js";
import { Images } from "./Images.js";
import { useMedia } from "./media.js";
import { inSentence } from "./names.js";
import { useRoving } from "./roving.js";
import type { SectionProps, WithLead } from "./sectionProps.js";

/** A cell of the matrix: a label and an answer. */
type Cell = readonly [label: number, prediction: number];

/** From so many pixels on, there is room for the images of a cell beside the matrix. */
const WIDE = "(min-width: 1000px)";
/** The most classes whose matrix fits beside them. */
const MOST_BESIDE = 12;

/** The confusion matrix of the test images; a cell opens the images behind it. */
export function ConfusionSection({ hasLead = true, ...props }: SectionProps & WithLead) {
  const { classNames } = props.report.payload;
  const [open, setOpen] = useState<Cell | null>(null);
  const wide = useMedia(WIDE) && classNames.length <= MOST_BESIDE;
  const panel = open && <CellImages {...props} key={open.join()} cell={open} />;
  return (
    <>
      {hasLead && (
        <p class="lead">
          Each test image counts in the row of its label and the column of its answer; the diagonal
          is right. Select a number to see its images.
        </p>
      )}
      <div class={wide ? "beside-matrix" : undefined}>
        <Matrix {...props} open={open} onOpen={setOpen} below={wide ? null : panel} />
        {wide && (panel ?? <p class="empty">Select a number to see its images here.</p>)}
      </div>
    </>
  );
}

interface MatrixProps extends SectionProps {
  readonly open: Cell | null;
  readonly onOpen: (cell: Cell | null) => void;
  /** What stands below the row of the open cell; null for nothing. */
  readonly below: ComponentChildren;
}

function Matrix({ report, open, onOpen, below }: MatrixProps) {
  const { confusion, classNames } = report.payload;
  const roving = useRoving<HTMLTableElement>();
  const longest = Math.max(...classNames.map((name) => name.length));
  return (
    <div class="scroll">
      <table
        class={longest > 3 ? "confusion named" : "confusion"}
        aria-label="Confusion matrix: labels in rows, answers in columns; arrow keys move between its numbers"
        {...roving}
      >
        <thead>
          <tr>
            <th class="corner">
              label ↓<br />
              answer →
            </th>
            {classNames.map((name, c) => (
              <th key={c} scope="col" title={name}>
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, label) => (
            <Fragment key={label}>
              <tr>
                <th scope="row" title={classNames[label]}>
                  {classNames[label]}
                </th>
                {row.map((_, prediction) => (
                  <td key={prediction}>
                    <Count {...{ report, open, onOpen }} cell={[label, prediction]} />
                  </td>
                ))}
              </tr>
              {below !== null && open?.[0] === label && (
                <tr class="below">
                  <td colSpan={row.length + 1}>{below}</td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The number of a cell. */
function Count({
  report,
  open,
  onOpen,
  cell,
}: Omit<MatrixProps, "below" | "chosen" | "onChoose"> & { readonly cell: Cell }) {
  const { confusion, classNames } = report.payload;
  const [label, prediction] = cell;
  const count = confusion[label][prediction];
  if (count === 0) return <span class="nothing">·</span>;
  const isRight = label === prediction;
  const isOpen = open?.[0] === label && open[1] === prediction;
  const mistakes = Math.max(1, ...confusion.flatMap((row, c) => row.filter((_, p) => p !== c)));
  const heat = 0.1 + 0.9 * Math.sqrt(count / mistakes);
  return (
    <Button
      class={isRight ? "cell right" : "cell"}
      style={isRight ? {} : { "--heat": heat.toFixed(3) }}
      aria-pressed={isOpen}
      aria-label={`${counted(count, "image")} of ${classNames[label]} answered ${classNames[prediction]}`}
      onClick={() => onOpen(isOpen ? null : cell)}
    >
      {count}
    </Button>
  );
}

/** The most images of a cell that are shown. */
const SHOWN = 24;

/** The images behind a cell, scrolled into sight. */
function CellImages({
  cell: [label, prediction],
  ...props
}: SectionProps & { readonly cell: Cell }) {
  const { confusion, classNames, images } = props.report.payload;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.scrollIntoView({ block: "nearest" }), []);
  const which = [...images.keys()].filter(
    (n) => images[n].label === label && images[n].prediction === prediction,
  );
  which.sort((a, b) => tellingFirst(images[a], images[b]));
  const shown = which.slice(0, SHOWN);
  const total = confusion[label][prediction];
  const order = label === prediction ? "least sure first" : "surest first";
  return (
    <div id="cell" role="status" ref={box}>
      <h3>
        Labelled {inSentence(classNames[label])}, answered {inSentence(classNames[prediction])}
      </h3>
      <p class="lead">
        {shown.length === 0 && "The page has no room for these images."}
        {shown.length > 0 && shown.length < total && `${shown.length} of ${total}, ${order}.`}
        {shown.length === total && total > 1 && `${total} images, ${order}.`}
      </p>
      <Images {...props} which={shown} label={`Images, ${order}`} />
    </div>
  );
}
