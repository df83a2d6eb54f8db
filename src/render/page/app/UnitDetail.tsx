import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { activationsOf, weightsInto } from "../../../inspect/hiddenUnits.js";
import { counted, short } from "../../numbers.js";
import { largestSize } from "../../palette.js";
import { Bars } from "./Bars.js";
import { Images } from "./Images.js";
import { PixelImage } from "./PixelImage.js";
import type { NetProps } from "./sectionProps.js";

/** The number of images that excite a unit most. */
const EXCITING = 8;

/** A hidden unit: its weights in and out, and the images that excite it most. */
export function UnitDetail({ unit, ...props }: NetProps & { readonly unit: number }) {
  const { report, net } = props;
  const { payload, images, preprocessing } = report;
  const { W1, W2 } = net.parameters;
  const C = payload.classNames.length;
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.scrollIntoView({ block: "nearest" }), [unit]);
  const incoming = useMemo(() => weightsInto(W1, unit), [W1, unit]);
  const activations = useMemo(
    () => activationsOf(net.parameters, unit, images, preprocessing),
    [net, unit, images, preprocessing],
  );
  const on = [...activations.keys()].filter((n) => activations[n] > 0);
  on.sort((a, b) => activations[b] - activations[a]);
  const caption = `Its weights for the pixels, up to ${short(largestSize(incoming))}`;
  return (
    <div id="unit" class="unit-detail" ref={box}>
      <h3>Hidden unit {unit}</h3>
      <div class="unit-parts">
        <figure>
          <PixelImage shape={payload} values={incoming} kind="signed" label={caption} size={150} />
          <figcaption>{caption}</figcaption>
        </figure>
        <div>
          <h4>Its weight for each class</h4>
          <Bars
            names={payload.classNames}
            values={W2.data.subarray(unit * C, (unit + 1) * C)}
            text={(value) => value.toFixed(3)}
            label={`Weight of hidden unit ${unit} for each class`}
          />
        </div>
        {images.length > 0 && (
          <div class="exciting">
            <h4>The images that excite it most</h4>
            <p class="lead">
              It is on for {on.length} of the {counted(images.length, "test image")} in this page.
              {on.length > 0 && " Below each image, its activation."}
            </p>
            <Images
              {...props}
              which={on.slice(0, EXCITING)}
              text={(n) => short(activations[n])}
              label={`Images that excite hidden unit ${unit} most`}
            />
          </div>
        )}
      </div>
    </div>
  );
}
