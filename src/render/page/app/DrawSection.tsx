import { useMemo, useState } from "preact/hooks";
import { passThrough } from "../../../inspect/explain.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { Evidence } from "./Evidence.js";
import { ExampleOnPad, exampleOf } from "./Example.js";
import { inSentence } from "./names.js";
import { Pad } from "./Pad.js";
import { PixelImage } from "./PixelImage.js";
import type { Report } from "./report.js";
import { useRoving } from "./roving.js";
import type { NetProps, SectionProps, WithLead } from "./sectionProps.js";
import { imageOf, type Stroke } from "./strokes.js";

/** "Draw" alone where there is no pad. */
export function drawHeading({ payload, net }: Report): string {
  if (typeof net === "string" || payload.noPad !== null) return "Draw";
  return payload.data === "MNIST" ? "Draw a digit" : "Draw something";
}

/** A pad to draw on, with the model's answer while you draw. */
export function DrawSection(props: SectionProps & WithLead) {
  const { payload, net } = props.report;
  return typeof net === "string" ? net : (payload.noPad ?? <Draw {...props} net={net} />);
}

function Draw({ hasLead = true, ...props }: NetProps & WithLead) {
  const roving = useRoving<HTMLParagraphElement>();
  const { rows, columns, data, classNames, images: answers } = props.report.payload;
  const { images } = props.report;
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [untouched, setUntouched] = useState(true);
  const drawn = useMemo(() => imageOf(strokes, rows, columns), [strokes, rows, columns]);
  const example = useMemo(
    () => (untouched ? exampleOf({ rows, columns, classNames, images: answers }, images) : null),
    [untouched, rows, columns, classNames, answers, images],
  );
  const image = example?.image ?? drawn;
  const draw = (next: readonly Stroke[]) => {
    setUntouched(false);
    setStrokes(next);
  };
  return (
    <>
      {hasLead && (
        <p class="lead">
          Use a mouse, pen or finger, or the arrow keys after pressing Space to lower the pen.
          {data !== "MNIST" &&
            ` Drawings are scaled and centered like MNIST's digits, although the test images are those of ${data}.`}
        </p>
      )}
      <div class="draw">
        <div class="draw-pad">
          <div class="pad-box">
            <Pad strokes={strokes} onChange={draw} />
            {example !== null && <ExampleOnPad example={example} shape={{ rows, columns }} />}
          </div>
          <p class="buttons" {...roving}>
            <Button onClick={() => draw(strokes.slice(0, -1))}>Undo</Button>
            <Button id="clear" onClick={() => draw([])}>
              Clear
            </Button>
          </p>
        </div>
        {image === null ? (
          <p class="empty" role="status">
            Nothing is drawn yet, so there is nothing to answer.
          </p>
        ) : (
          <Answer {...props} image={image} of={example?.name ?? "Your drawing"} />
        )}
      </div>
    </>
  );
}

interface AnswerProps extends NetProps {
  /** (rows, columns) intensity 0..255 */
  readonly image: Uint8Array;
  /** What the image is. */
  readonly of: string;
}

/** The answer to a drawing, and the evidence for one class. */
function Answer({ image, of, ...props }: AnswerProps) {
  const { net, report } = props;
  const { payload, preprocessing } = report;
  const { classNames } = payload;
  const [asked, setAsked] = useState<number | null>(null); // until the pad is empty
  const pass = useMemo(() => passThrough(net, image, preprocessing), [net, image, preprocessing]);
  const { probabilities, prediction } = pass;
  const explained = asked ?? prediction;
  return (
    <>
      <p class="answer" role="status">
        <small>{of} is answered</small>
        <strong id="answer" class={classNames[prediction].length > 3 ? "long" : undefined}>
          {inSentence(classNames[prediction])}
        </strong>
        <span>{percent(probabilities[prediction])}</span>
      </p>
      <div class="draw-bars">
        <Bars
          names={classNames}
          values={probabilities}
          text={percent}
          shares
          marked={prediction}
          chosen={explained}
          onChoose={(c) => setAsked(c === asked ? null : c)}
          label="Probability of each class; select one to see the evidence for it, again to return to the answer"
        />
      </div>
      <div class="pictures">
        <figure>
          <PixelImage shape={payload} values={image} kind="ink" label="What the network saw" />
          <figcaption>What the network saw</figcaption>
        </figure>
        <Evidence {...props} pass={pass} c={explained}>
          Why {inSentence(classNames[explained])}?
        </Evidence>
      </div>
    </>
  );
}
