import { useCallback, useMemo, useState } from "preact/hooks";
import { areDigits } from "../../../dataset/classNames.js";
import { asTaken } from "../../../dataset/deskew.js";
import { drawnIn, usualPixels } from "../../../dataset/pixelValues.js";
import { passThrough } from "../../../inspect/explain.js";
import { marginOf } from "../../../net/margin.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { Evidence } from "./Evidence.js";
import { ExampleOnPad, exampleOf } from "./Example.js";
import { inSentence } from "./names.js";
import { Pad } from "./Pad.js";
import { PictureDrop, PictureInput } from "./PictureInput.js";
import { PixelImage } from "./PixelImage.js";
import { usePicture } from "./picture.js";
import type { Report } from "./report.js";
import { useRoving } from "./roving.js";
import type { NetProps, SectionProps, WithLead } from "./sectionProps.js";
import { imageOf, type Stroke } from "./strokes.js";

/** "Draw" alone where there is no pad. */
export function drawHeading({ payload, net }: Report): string {
  if (typeof net === "string" || payload.noPad !== null) return "Draw";
  return areDigits(payload.classNames) ? "Draw a digit" : "Draw something";
}

/** A pad to draw on, with the model's answer while you draw. */
export function DrawSection(props: SectionProps & WithLead) {
  const { payload, net } = props.report;
  return typeof net === "string" ? net : (payload.noPad ?? <Draw {...props} net={net} />);
}

function Draw({ hasLead = true, ...props }: NetProps & WithLead) {
  const roving = useRoving<HTMLParagraphElement>();
  const { rows, columns, data } = props.report.payload;
  const { strokes, picture, example, image, draw } = useDrawing(props);
  const of = picture.image !== null ? "The picture" : (example?.name ?? "Your drawing");
  return (
    <>
      {hasLead && (
        <p class="lead">
          Use a mouse, pen or finger, or the arrow keys after pressing Space to lower the pen.
          {data !== "MNIST" &&
            ` Drawings are scaled and centered like MNIST's digits, although the test images are those of ${data}.`}
        </p>
      )}
      <PictureDrop picture={picture}>
        <div class="draw">
          <div class="draw-pad">
            <div class="pad-box">
              <Pad strokes={picture.image === null ? strokes : []} onChange={draw} />
              {example !== null && <ExampleOnPad example={example} shape={{ rows, columns }} />}
            </div>
            <p class="buttons" {...roving}>
              <Button
                onClick={() =>
                  picture.image === null ? draw(strokes.slice(0, -1)) : picture.clear()
                }
              >
                Undo
              </Button>
              <Button id="clear" onClick={() => draw([])}>
                Clear
              </Button>
            </p>
          </div>
          <div class="draw-picture">
            <PictureInput picture={picture} />
          </div>
          {image === null ? (
            <p class="empty" role="status">
              Nothing is drawn yet, so there is nothing to answer.
            </p>
          ) : (
            <Answer {...props} image={image} of={of} />
          )}
        </div>
      </PictureDrop>
    </>
  );
}

/** What is on the pad: a picture, strokes or the example, and as the image that the net is given. */
function useDrawing({ report: { payload, images, preprocessing } }: NetProps) {
  const { rows, columns, classNames, images: answers } = payload;
  const { deskew, pixels = usualPixels } = preprocessing;
  const toTaken = useCallback(
    (image: Uint8Array) => asTaken(image, { rows, columns, deskew, pixels }),
    [rows, columns, deskew, pixels],
  );
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [untouched, setUntouched] = useState(true);
  const picture = usePicture({ rows, columns, pixels });
  const drawn = useMemo(() => {
    const ink = imageOf(strokes, rows, columns);
    return ink && toTaken(drawnIn(ink, pixels));
  }, [strokes, rows, columns, pixels, toTaken]);
  const shows = untouched && picture.image === null;
  const example = useMemo(() => {
    const given = { rows, columns, classNames, images: answers };
    const found = shows ? exampleOf(given, images) : null;
    if (found === null || !found.strokes) return found; // a test image is as the net takes it
    return { ...found, image: toTaken(drawnIn(found.image, pixels)) };
  }, [shows, rows, columns, classNames, answers, images, pixels, toTaken]);
  const draw = (next: readonly Stroke[]) => {
    picture.clear();
    setUntouched(false);
    setStrokes(next);
  };
  const pictured = useMemo(() => picture.image && toTaken(picture.image), [picture.image, toTaken]);
  return { strokes, picture, example, image: pictured ?? example?.image ?? drawn, draw };
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
  const { classNames, leastMargin = null } = payload;
  const [asked, setAsked] = useState<number | null>(null); // until the pad is empty
  const pass = useMemo(() => passThrough(net, image, preprocessing), [net, image, preprocessing]);
  const { probabilities, prediction } = pass;
  const isDoubted = leastMargin !== null && marginOf(pass.scores, pass.x) < leastMargin;
  const explained = asked ?? prediction;
  return (
    <>
      <p class="answer" role="status">
        <small>{of} is answered</small>
        <strong id="answer" class={classNames[prediction].length > 3 ? "long" : undefined}>
          {inSentence(classNames[prediction])}
        </strong>
        <span>{percent(probabilities[prediction])}</span>
        {isDoubted && (
          <span id="doubt">
            not sure this is {areDigits(classNames) ? "a digit" : "one of these classes"}
          </span>
        )}
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
          <figcaption>What the network saw{preprocessing.deskew && ", deskewed"}</figcaption>
        </figure>
        <Evidence {...props} pass={pass} c={explained}>
          Why {inSentence(classNames[explained])}?
        </Evidence>
      </div>
    </>
  );
}
