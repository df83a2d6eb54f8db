import { useMemo, useState } from "preact/hooks";
import { unitStrengths, weightsInto } from "../../../inspect/hiddenUnits.js";
import type { TwoLayerNet } from "../../../net/twoLayerNet.js";
import { largestSize } from "../../palette.js";
import { Bars } from "./Bars.js";
import { PixelImage } from "./PixelImage.js";
import type { Report } from "./report.js";

/** Units that are shown before anybody asks for all of them. */
const SHOWN = 60;

/** What each hidden unit looks for: its weights as an image. */
export function UnitsSection({ report, net }: { report: Report; net: TwoLayerNet }) {
  const { rows, columns, classNames, hiddenSize: H } = report.payload;
  const { W1, W2 } = net.parameters;
  const C = classNames.length;
  const [all, setAll] = useState(false);
  const [unit, setUnit] = useState<number | null>(null);
  const outgoing = (h: number) => W2.data.subarray(h * C, (h + 1) * C);
  const units = useMemo(() => {
    const strengths = unitStrengths(net.parameters);
    return Array.from(strengths, (_, h) => h)
      .sort((a, b) => strengths[b] - strengths[a])
      .map((h) => ({ h, incoming: weightsInto(net.parameters.W1, h) }));
  }, [net]);
  const strongest = useMemo(() => largestSize(W1.data), [W1]);
  return (
    <section id="units" aria-labelledby="units-title">
      <h2 id="units-title">What the hidden units look for</h2>
      <p class="lead">
        Ink on <span class="red">red</span> turns a unit on, ink on <span class="blue">blue</span>{" "}
        off, all units on one scale. Those that count most come first; choose one to see which
        classes it speaks for.
      </p>
      {unit !== null && (
        <div id="unit" role="status">
          <h3>Hidden unit {unit}: what it gives to each class</h3>
          <Bars
            names={classNames}
            values={outgoing(unit)}
            text={(value) => value.toFixed(3)}
            label={`What hidden unit ${unit} gives to each class`}
          />
        </div>
      )}
      <ul class="images units">
        {(all ? units : units.slice(0, SHOWN)).map(({ h, incoming }) => (
          <li key={h}>
            <button
              type="button"
              class="image"
              aria-pressed={h === unit}
              onClick={() => setUnit(h)}
            >
              <PixelImage
                {...{ rows, columns, values: incoming, kind: "signed", most: strongest, size: 64 }}
                label={`Weights of hidden unit ${h}`}
              />
            </button>
          </li>
        ))}
      </ul>
      {H > SHOWN && !all && (
        <p class="buttons">
          <button type="button" onClick={() => setAll(true)}>
            Show all {H}
          </button>
        </p>
      )}
    </section>
  );
}
