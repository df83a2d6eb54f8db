import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { contributions } from "../../../inspect/explain.js";
import { inSentence } from "./names.js";
import { PixelImage } from "./PixelImage.js";
import type { PassProps } from "./sectionProps.js";

export interface EvidenceProps extends PassProps {
  /** The class to explain. */
  readonly c: number;
  /** The beginning of the caption. */
  readonly children: ComponentChildren;
}

/** What each pixel contributed to the score of a class. */
export function Evidence({ report: { payload }, net, pass, c, children }: EvidenceProps) {
  const values = useMemo(() => contributions(net, pass, c), [net, pass, c]);
  const name = inSentence(payload.classNames[c]);
  const label = `What each pixel contributed to ${name}`;
  return (
    <figure>
      <PixelImage shape={payload} values={values} kind="signed" label={label} />
      <figcaption>
        {children} <span class="red">Red</span> is evidence for {name},{" "}
        <span class="blue">blue</span> against it
      </figcaption>
    </figure>
  );
}
