import { useMemo, useState } from "preact/hooks";
import { unitsBySlope, weightChange } from "../../../inspect/backward.js";
import { weightsInto } from "../../../inspect/hiddenUnits.js";
import { backwardSteps } from "../../lessonSteps.js";
import { ofAnySize, short } from "../../numbers.js";
import { largestSize } from "../../palette.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { Formula } from "./Formula.js";
import { PixelImage } from "./PixelImage.js";
import { useRoving } from "./roving.js";
import { Signed } from "./Signed.js";
import type { BackwardProps } from "./sectionProps.js";

/** Hidden units to choose from: those that change most, and those where the ReLU stops most. */
const PASSED = 8;
const STOPPED = 3;

/** What changes in W1, for a hidden unit that the reader chooses. */
export function BackwardUnit(props: BackwardProps) {
  const { backward } = props;
  const { dsums, hidden, gradients } = backward;
  const roving = useRoving<HTMLUListElement>();
  const { passed, stopped } = useMemo(() => unitsBySlope(backward), [backward]);
  const [asked, setAsked] = useState<number | null>(null);
  const unit = asked ?? [...passed, ...stopped][0];
  const most = useMemo(() => largestSize(gradients.W1.data), [gradients]);
  return (
    <li class="wide">
      <h3>From the hidden units to W1</h3>
      <Formula step={backwardSteps.firstLayer} />
      <p>
        The weights into a unit change by the image itself, times one number, the unit's dsums; its
        bias by dsums. Behind a closed ReLU nothing changes. Select a unit; those that change most
        come first.
      </p>
      <ul class="images units" aria-label="Hidden units; arrow keys move between them" {...roving}>
        {[...passed.slice(0, PASSED), ...stopped.slice(0, STOPPED)].map((h) => (
          <li key={h}>
            <Button class="image" aria-pressed={h === unit} onClick={() => setAsked(h)}>
              <PixelImage
                shape={props.report.payload}
                values={weightsInto(gradients.W1, h)}
                kind="signed"
                most={most}
                size={56}
                label={`dW1 of hidden unit ${h}`}
              />
              <span>unit {h}</span>
              <small>{hidden[h] > 0 ? ofAnySize(dsums[h]) : "stopped"}</small>
            </Button>
          </li>
        ))}
      </ul>
      <p>
        <label>
          Or any other hidden unit:{" "}
          <input
            type="number"
            min={0}
            max={hidden.length - 1}
            value={unit}
            onInput={({ currentTarget: { valueAsNumber: h } }) => {
              if (Number.isInteger(h) && h >= 0 && h < hidden.length) setAsked(h);
            }}
          />
        </label>
      </p>
      <UnitPictures {...props} unit={unit} />
    </li>
  );
}

/** The weights into a unit before the step, the step, and after it. */
function UnitPictures(props: BackwardProps & { readonly unit: number }) {
  const { report, net, backward, rate, unit } = props;
  const { hidden, dhidden, dsums, gradients } = backward;
  const { payload } = report;
  const C = payload.classNames.length;
  const weights = useMemo(() => weightsInto(net.parameters.W1, unit), [net, unit]);
  const change = useMemo(() => weightChange(backward, unit, rate), [backward, unit, rate]);
  const after = useMemo(() => weights.map((w, i) => w + change[i]), [weights, change]);
  const most = Math.max(largestSize(weights), largestSize(after));
  const picture = (values: ArrayLike<number>, label: string, caption: string, scale?: number) => (
    <figure>
      <PixelImage shape={payload} values={values} kind="signed" most={scale} label={label} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
  return (
    <div id="backward-unit">
      <p role="status">
        Unit {unit}: hidden = {ofAnySize(hidden[unit])}, dhidden = <Signed value={dhidden[unit]} />,
        dsums = <Signed value={dsums[unit]} />
        {hidden[unit] > 0 ? "." : ": the ReLU stops it, so its weights stay as they are."}
      </p>
      <div class="pictures">
        {picture(backward.x, "The centered image", "x, the image minus the mean")}
        {picture(
          change,
          `The change of the weights into unit ${unit}`,
          `-${short(rate)}·dW1, at most ${ofAnySize(largestSize(change))}: red raises a weight, blue lowers it`,
        )}
        {picture(weights, `Weights into unit ${unit}`, "W1 before the step", most)}
        {picture(after, `Weights into unit ${unit} after the step`, "W1 after it", most)}
        <div class="beside">
          <h4>
            Its weights to the scores: <code>dW2 = hiddenᵀ·dscores</code>
          </h4>
          <Bars
            names={payload.classNames}
            values={gradients.W2.data.subarray(unit * C, (unit + 1) * C)}
            text={ofAnySize}
            marked={backward.label}
            label={`dW2 of hidden unit ${unit} for each class`}
          />
        </div>
      </div>
    </div>
  );
}
