import { useMemo, useState } from "preact/hooks";
import { drawnIn, usualPixels } from "../../../dataset/pixelValues.js";
import { passThrough } from "../../../inspect/explain.js";
import { marginOf } from "../../../net/margin.js";
import { percent } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { Evidence } from "./Evidence.js";
import { Pad } from "./Pad.js";
import { PictureDrop, PictureInput } from "./PictureInput.js";
import { PixelImage } from "./PixelImage.js";
import { usePicture } from "./picture.js";
import type { Report } from "./report.js";
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
  const { payload, preprocessing } = props.report;
  const { rows, columns, data } = payload;
  const { pixels = usualPixels } = preprocessing;
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const picture = usePicture({ rows, columns, pixels });
  const drawn = useMemo(() => {
    const ink = imageOf(strokes, rows, columns);
    return ink && drawnIn(ink, pixels);
  }, [strokes, rows, columns, pixels]);
  const image = picture.image ?? drawn;
  const change = (next: readonly Stroke[]) => {
    picture.clear();
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
      <div class="columns">
        <PictureDrop picture={picture}>
          <Pad strokes={picture.image === null ? strokes : []} onChange={change} />
          <p class="buttons">
            <Button onClick={() => change(strokes.slice(0, -1))}>Undo</Button>
            <Button id="clear" onClick={() => change([])}>
              Clear
            </Button>
          </p>
          <PictureInput picture={picture} />
        </PictureDrop>
        {image === null ? (
          <p class="empty" role="status">
            Nothing is drawn yet, so there is nothing to answer.
          </p>
        ) : (
          <Answer {...props} image={image} />
        )}
      </div>
    </>
  );
}

/** The answer to a drawing, (rows, columns) intensity 0..255, and the evidence for one class. */
function Answer({ image, ...props }: NetProps & { readonly image: Uint8Array }) {
  const { net, report } = props;
  const { payload, preprocessing } = report;
  const { classNames } = payload;
  const [asked, setAsked] = useState<number | null>(null); // until the pad is empty
  const pass = useMemo(() => passThrough(net, image, preprocessing), [net, image, preprocessing]);
  const { probabilities, prediction } = pass;
  const { leastMargin = null } = payload;
  const isDoubted = leastMargin !== null && marginOf(pass.scores, pass.x) < leastMargin;
  const explained = asked ?? prediction;
  return (
    <>
      <div>
        <p class="answer" role="status">
          <strong id="answer">{classNames[prediction]}</strong>
          <span>{percent(probabilities[prediction])}</span>
          {isDoubted && (
            <span id="doubt">
              not sure this is {payload.data === "MNIST" ? "a digit" : "one of these classes"}
            </span>
          )}
        </p>
        <Bars
          names={classNames}
          values={probabilities}
          text={percent}
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
          Why {classNames[explained]}?
        </Evidence>
      </div>
    </>
  );
}
