import { useMemo, useRef, useState } from "preact/hooks";
import { unitContributions } from "../../../inspect/explain.js";
import { strongestFirst, weightsInto } from "../../../inspect/hiddenUnits.js";
import { percent, short } from "../../numbers.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { type Link, Links } from "./Links.js";
import { inSentence } from "./names.js";
import { PixelImage } from "./PixelImage.js";
import { useRoving } from "./roving.js";
import type { PassProps } from "./sectionProps.js";

/** The number of hidden units in the strip. */
const UNITS = 8;
/** Pixels of the widest link. */
const WIDEST = 7;
/** Links narrower than this share of the widest are left out. */
const LEAST = 0.03;

/** A unit in the strip. */
interface Mattering {
  readonly h: number;
  /** Its share of the lead of the answer over the mean of the other scores. */
  readonly given: number;
}

/** The image, the hidden units that mattered most, the scores and the probabilities, linked to one another. */
export function Strip(props: PassProps) {
  const { report, net, chosen, pass } = props;
  const { payload, images } = report;
  const { rows, columns, classNames } = payload;
  const { scores, probabilities, prediction, hidden } = pass;
  const box = useRef<HTMLDivElement>(null);
  const [pinned, setPinned] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const shown = pointed ?? pinned;
  const units = useMemo(() => mattering(props), [net, pass]);
  const links = useMemo(() => linksOf(props, units, shown), [net, pass, units, shown]);
  return (
    <div class="strip" ref={box}>
      <Links within={box} links={links} />
      <ol class="steps">
        <li class="strip-pixels">
          <h3>Pixels</h3>
          <PixelImage shape={payload} values={images[chosen]} kind="ink" label="Pixels" />
          <p>
            {rows} x {columns} intensities, 0 to 255.
          </p>
        </li>
        <Input {...props} unit={shown} />
        <li class="strip-units">
          <h3>
            {units.length} of {hidden.length} hidden units
          </h3>
          <StripUnits {...props} {...{ units, pinned }} onPin={setPinned} onPoint={setPointed} />
        </li>
        <li class="strip-scores">
          <h3>Scores</h3>
          <Bars
            names={classNames}
            values={scores}
            text={(score) => score.toFixed(2)}
            marked={prediction}
            label="Scores"
            anchor="score"
          />
        </li>
        <li class="strip-probabilities">
          <h3>Probabilities</h3>
          <Bars
            names={classNames}
            values={probabilities}
            text={percent}
            shares
            marked={prediction}
            label="Probabilities"
          />
        </li>
      </ol>
      <p class="strip-caption">{leadInWords(props, units)}</p>
    </div>
  );
}

/** What the net is given; with a unit, what each pixel adds to it. */
function Input({
  report: { payload },
  net,
  pass,
  unit,
}: PassProps & { readonly unit: number | null }) {
  const values = useMemo(() => {
    if (unit === null) return pass.x;
    return weightsInto(net.parameters.W1, unit).map((w, i) => w * pass.x[i]);
  }, [net, pass, unit]);
  const label = unit === null ? "Centered pixels" : `What each pixel adds to hidden unit ${unit}`;
  return (
    <li class="strip-input">
      <h3>{unit === null ? "Centered" : `Into unit ${unit}`}</h3>
      <div data-link="image">
        <PixelImage shape={payload} values={values} kind="signed" label={label} />
      </div>
      {unit === null ? (
        <p>
          The mean image is subtracted: <span class="red">red</span> is more ink than the mean,{" "}
          <span class="blue">blue</span> less.
        </p>
      ) : (
        <p>
          Pixels that <span class="red">raise</span> and <span class="blue">lower</span> its sum:
          centered pixel times weight.
        </p>
      )}
    </li>
  );
}

interface StripUnitsProps extends PassProps {
  readonly units: readonly Mattering[];
  readonly pinned: number | null;
  readonly onPin: (unit: number | null) => void;
  readonly onPoint: (unit: number | null) => void;
}

function StripUnits({ report, net, pass, units, pinned, onPin, onPoint }: StripUnitsProps) {
  const { payload } = report;
  const roving = useRoving<HTMLUListElement>();
  const answer = inSentence(payload.classNames[pass.prediction]);
  return (
    <ul aria-label={`The hidden units that mattered most for ${answer}`} {...roving}>
      {units.map(({ h, given }) => (
        <li key={h}>
          <Button
            class="strip-unit"
            aria-pressed={h === pinned}
            data-link={`unit-${h}`}
            onClick={() => onPin(h === pinned ? null : h)}
            onPointerEnter={(event) => event.pointerType === "mouse" && onPoint(h)}
            onPointerLeave={() => onPoint(null)}
            onFocus={() => onPoint(h)}
            onBlur={() => onPoint(null)}
          >
            <PixelImage
              shape={payload}
              values={weightsInto(net.parameters.W1, h)}
              kind="signed"
              size={44}
              label={`Weights of hidden unit ${h}`}
            />
            <span class="strip-text">
              <strong>unit {h}</strong>
              <span>
                <span class="wide-only">activation </span>
                {short(pass.hidden[h])}
              </span>
              <span class={given < 0 ? "wide-only blue" : "wide-only red"}>
                {given < 0 ? "against" : "for"} {answer}: {short(Math.abs(given))}
              </span>
            </span>
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** The units that changed the lead of the answer most, either way; those for it come first. */
function mattering({ net, pass }: PassProps): Mattering[] {
  const given = unitContributions(net, pass, pass.prediction);
  const sizes = Float64Array.from(given, Math.abs);
  return strongestFirst(sizes)
    .slice(0, UNITS)
    .map((h) => ({ h, given: given[h] }))
    .sort((a, b) => b.given - a.given);
}

function leadInWords({ pass, report }: PassProps, units: readonly Mattering[]): string {
  const { scores, prediction } = pass;
  const others = Math.max(1, scores.length - 1);
  const sum = scores.reduce((all, score) => all + score, 0) - scores[prediction];
  const lead = scores[prediction] - sum / others;
  const given = units.reduce((all, unit) => all + unit.given, 0);
  const name = inSentence(report.payload.classNames[prediction]);
  return `These ${units.length} hidden units mattered most for ${name}: they give ${given.toFixed(1)} of its lead of ${lead.toFixed(1)} over the mean of the other scores. A wide link carries much: gray ones the activation of a unit, red ones raise a score, blue ones lower it. Point at a unit, or select it, to see its links and what it finds in the image.`;
}

/** From the image to the units, as wide as they are active, and from them to the scores. */
function linksOf(
  { net, pass }: PassProps,
  units: readonly Mattering[],
  shown: number | null,
): Link[] {
  const { W2 } = net.parameters;
  const C = pass.scores.length;
  const carried = units.flatMap(({ h }) =>
    Array.from(pass.scores, (_, c) => ({ h, c, value: pass.hidden[h] * W2.data[h * C + c] })),
  );
  const mostOut = Math.max(1e-12, ...carried.map(({ value }) => Math.abs(value)));
  const mostIn = Math.max(1e-12, ...units.map(({ h }) => pass.hidden[h]));
  const faint = (h: number) => shown !== null && shown !== h;
  const into = units.map(
    ({ h }): Link => ({
      ...{ from: "image", to: `unit-${h}`, kind: "plain", faint: faint(h) },
      width: 0.5 + ((WIDEST - 0.5) * pass.hidden[h]) / mostIn,
    }),
  );
  const out = carried.flatMap(({ h, c, value }): Link[] => {
    const share = Math.abs(value) / mostOut;
    if (share < LEAST) return [];
    const kind = value > 0 ? "positive" : "negative";
    return [{ from: `unit-${h}`, to: `score-${c}`, width: WIDEST * share, kind, faint: faint(h) }];
  });
  return [...into, ...out];
}
