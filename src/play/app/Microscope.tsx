import { useMemo, useState } from "preact/hooks";
import { preprocess } from "../../dataset/preprocessing.js";
import { passThrough } from "../../inspect/explain.js";
import { strongestFirst, weightsInto } from "../../inspect/hiddenUnits.js";
import { type Tensor, tensor } from "../../layers/tensor.js";
import { TwoLayerNet, type TwoLayerParameters } from "../../net/twoLayerNet.js";
import { backwardSteps } from "../../render/lessonSteps.js";
import { counted, ofAnySize, short } from "../../render/numbers.js";
import { BackwardSection } from "../../render/page/app/BackwardSection.js";
import { Button } from "../../render/page/app/Button.js";
import { Formula } from "../../render/page/app/Formula.js";
import { PixelImage } from "../../render/page/app/PixelImage.js";
import type { ShownNet } from "../../render/page/app/report.js";
import { useRoving } from "../../render/page/app/roving.js";
import { StepSection } from "../../render/page/app/StepSection.js";
import { Table } from "../../render/page/app/Table.js";
import { largestSize } from "../../render/palette.js";
import type { Settings } from "../../settings/settings.js";
import type { UpdateTaken } from "../messages.js";
import type { Subject } from "./lab.js";
import { type Live, type LiveState, useLive } from "./live.js";
import { Part } from "./Part.js";
import { imagesOf, type Looked, preprocessingIn, shownNet } from "./shownNet.js";

export interface MicroscopeProps {
  readonly live: Live;
  readonly subject: Subject;
  /** A test image that was chosen elsewhere; null for the batch of the last update. */
  readonly looked: Looked | null;
  readonly onLook: (looked: Looked | null) => void;
}

/** One update in all its steps, on real numbers. */
export function Microscope({ live, subject, looked, onLook }: MicroscopeProps) {
  const state = useLive(live, 200);
  const batch = useBatch(state, subject);
  const [chosen, setChosen] = useState(0);
  const canStep = state.phase === "paused";
  const own = batch && {
    report: batch.report,
    chosen: Math.min(chosen, batch.report.images.length - 1),
  };
  const shown = looked ?? own;
  return (
    <Part
      id="step"
      heading="One update under the microscope"
      lead="Pause, take one update, and follow it: the images of the batch, the way of one of them forward and back, and the step that the weights took. A name such as affineForward opens the code that computes it."
    >
      <p class="buttons">
        <Button
          disabled={!canStep}
          onClick={() => {
            onLook(null);
            live.go(1);
          }}
        >
          Take one update
        </Button>
        {looked !== null && batch !== null && (
          <Button onClick={() => onLook(null)}>Back to the batch</Button>
        )}
        {!canStep && <small>The run must be paused for that.</small>}
      </p>
      {looked === null && batch !== null && (
        <BatchImages report={batch.report} chosen={own?.chosen ?? 0} onChoose={setChosen} />
      )}
      {shown === null ? (
        <p class="empty">No update was taken alone yet.</p>
      ) : (
        <Ways
          {...shown}
          onChoose={(n) => (looked === null ? setChosen(n) : onLook({ ...looked, chosen: n }))}
        />
      )}
      {looked === null && batch !== null && <StepTaken {...batch} subject={subject} />}
    </Part>
  );
}

interface Batch {
  readonly update: UpdateTaken;
  readonly report: ShownNet;
}

/** The batch of the last update that was asked for alone, and the net before it. */
function useBatch(state: LiveState, subject: Subject): Batch | null {
  const { update } = state;
  return useMemo(() => {
    if (update === null) return null;
    const { train } = subject.images;
    const preprocessing = preprocessingIn(state, subject);
    const images = imagesOf(train, update.indices, preprocessing);
    const net = new TwoLayerNet(update.before);
    const answers = images.map((image, n) => {
      const { prediction, probabilities } = passThrough(net, image, preprocessing);
      const index = update.indices[n];
      return {
        index,
        label: train.labels[index],
        prediction,
        probability: probabilities[prediction],
      };
    });
    const answered = { noun: "Training image", images, answers, confusion: [] };
    const settings = { ...subject.link.settings, learningRate: update.learningRate };
    return { update, report: shownNet(update.before, preprocessing, settings, answered) };
  }, [update]);
}

/** Images of a batch that are shown at first. */
const SHOWN = 60;

interface BatchProps {
  readonly report: ShownNet;
  readonly chosen: number;
  readonly onChoose: (n: number) => void;
}

function BatchImages({ report, chosen, onChoose }: BatchProps) {
  const { images, payload } = report;
  const roving = useRoving<HTMLUListElement>();
  return (
    <>
      <h3>The batch: {counted(images.length, "image")}, drawn at random</h3>
      <ul class="images batch" aria-label="The batch; arrow keys move between images" {...roving}>
        {images.slice(0, SHOWN).map((image, n) => (
          <li key={n}>
            <Button class="image" aria-pressed={n === chosen} onClick={() => onChoose(n)}>
              <PixelImage
                shape={payload}
                values={image}
                kind="ink"
                size={32}
                label={`Image ${n + 1} of the batch: ${payload.images[n].label}`}
              />
            </Button>
          </li>
        ))}
        {images.length > SHOWN && <li class="more">and {images.length - SHOWN} more</li>}
      </ul>
    </>
  );
}

/** The way of one image forward and back. */
function Ways(props: BatchProps) {
  return (
    <>
      <h3>Forward</h3>
      {StepSection(props)}
      <h3>Back: what this image alone would change</h3>
      {BackwardSection(props)}
    </>
  );
}

/** Largest product of images and hidden units whose gradient the page computes, by the lesson's loops. */
const MOST_WORK = 60_000;

/** Hidden units whose step is shown. */
const UNITS = 6;

/** The gradient of a whole batch; null where it would take too long, or units were dropped. */
function gradientOf({ update, report }: Batch, settings: Settings): TwoLayerParameters | null {
  const { preprocessing, images, payload } = report;
  const { reg, dropout, labelSmoothing } = settings;
  if (images.length * update.before.b1.shape[0] > MOST_WORK || dropout > 0) return null;
  const D = images[0].length;
  const pixels = new Uint8Array(images.length * D);
  images.forEach((image, n) => {
    pixels.set(image, n * D);
  });
  const x = tensor(preprocess(pixels, preprocessing), images.length, D);
  const labels = payload.images.map(({ label }) => label);
  const net = new TwoLayerNet(update.before);
  return net.lossAndGradients(x, labels, reg, { labelSmoothing }).gradients;
}

/** What an update added to W1. */
function stepOf({ before, after }: UpdateTaken): Tensor {
  const { data, shape } = before.W1;
  return tensor(
    Float32Array.from(data, (w, i) => after.W1.data[i] - w),
    ...shape,
  );
}

/** The hidden units whose weights a step changed most. */
function mostMoved({ data, shape: [, H] }: Tensor): number[] {
  const sizes = new Float64Array(H);
  data.forEach((change, i) => {
    sizes[i % H] += change * change;
  });
  return strongestFirst(sizes).slice(0, UNITS);
}

/** The gradient of the whole batch, and the step that the weights took. */
function StepTaken({ subject, ...batch }: Batch & { readonly subject: Subject }) {
  const { update, report } = batch;
  const { before, after, learningRate, indices, loss } = update;
  const { settings } = subject.link;
  const gradient = useMemo(() => gradientOf(batch, settings), [update]);
  const step = useMemo(() => stepOf(update), [update]);
  const units = useMemo(() => mostMoved(step), [step]);
  const pictures: readonly (readonly [name: string, values: Tensor])[] = [
    ...(gradient === null ? [] : [["dW1", gradient.W1] as const]),
    ["the step", step],
    ["W1 before", before.W1],
    ["W1 after", after.W1],
  ];
  const rows = pictures.map(([name, values]) => {
    const most = largestSize(values.data);
    const label = (h: number) => `${name} of unit ${h}`;
    const cells = units.map((h) => (
      <PixelImage
        shape={report.payload}
        values={weightsInto(values, h)}
        kind="signed"
        size={72}
        {...{ most, label: label(h) }}
      />
    ));
    return [name, ...cells, ofAnySize(most)];
  });
  return (
    <div class="step-taken">
      <h3>The step that the weights took</h3>
      <Formula step={backwardSteps.update} />
      <p>
        The gradients of all {indices.length} images are averaged
        {settings.reg > 0 && `, reg·w is added with reg ${short(settings.reg)},`} and every weight
        moves against its gradient, times {short(learningRate)}
        {settings.momentum > 0 && `, with ${short(settings.momentum)} of the last steps on top`}.
        The loss of the batch was <strong>{ofAnySize(loss)}</strong>. These {units.length} hidden
        units moved most:
      </p>
      <Table
        class="pictures-table"
        titles={["", ...units.map((h) => `unit ${h}`), "largest"]}
        rows={rows}
      />
    </div>
  );
}
