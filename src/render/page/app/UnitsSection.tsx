import { useMemo, useState } from "preact/hooks";
import { strongestFirst, unitStrengths, weightsInto } from "../../../inspect/hiddenUnits.js";
import { largestSize } from "../../palette.js";
import { Bars } from "./Bars.js";
import { Button } from "./Button.js";
import { PixelImage } from "./PixelImage.js";
import type { NetProps, SectionProps } from "./sectionProps.js";

/** The number of units shown at first. */
const SHOWN = 60;

/** The weights of each hidden unit as an image. */
export function UnitsSection(props: SectionProps) {
  const { net } = props.report;
  return typeof net === "string" ? net : <Units {...props} net={net} />;
}

function Units({ report: { payload }, net }: NetProps) {
  const { classNames, hiddenSize: H } = payload;
  const { W1, W2 } = net.parameters;
  const C = classNames.length;
  const [all, setAll] = useState(false);
  const [unit, setUnit] = useState<number | null>(null);
  const units = useMemo(() => {
    const order = strongestFirst(unitStrengths(net.parameters));
    return order.map((h) => ({ h, incoming: weightsInto(W1, h) }));
  }, [net, W1]);
  const strongest = useMemo(() => largestSize(W1.data), [W1]);
  return (
    <>
      <p class="lead">
        Ink on <span class="red">red</span> activates a unit, ink on <span class="blue">blue</span>{" "}
        deactivates it; all units share one scale. The most influential come first. Select one to
        see which classes it favors.
      </p>
      {unit !== null && (
        <div id="unit" role="status">
          <h3>Hidden unit {unit}: its weight for each class</h3>
          <Bars
            names={classNames}
            values={W2.data.subarray(unit * C, (unit + 1) * C)}
            text={(value) => value.toFixed(3)}
            label={`Weight of hidden unit ${unit} for each class`}
          />
        </div>
      )}
      <ul class="images units">
        {(all ? units : units.slice(0, SHOWN)).map(({ h, incoming }) => (
          <li key={h}>
            <Button class="image" aria-pressed={h === unit} onClick={() => setUnit(h)}>
              <PixelImage
                shape={payload}
                values={incoming}
                kind="signed"
                most={strongest}
                size={64}
                label={`Weights of hidden unit ${h}`}
              />
            </Button>
          </li>
        ))}
      </ul>
      {H > SHOWN && !all && (
        <p class="buttons">
          <Button onClick={() => setAll(true)}>Show all {H}</Button>
        </p>
      )}
    </>
  );
}
