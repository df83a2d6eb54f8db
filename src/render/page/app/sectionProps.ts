import type { Pass } from "../../../inspect/explain.js";
import type { TwoLayerNet } from "../../../net/twoLayerNet.js";
import type { Report } from "./report.js";

/** What every section is given. */
export interface SectionProps {
  readonly report: Report;
  /** The image to step through, as an index into payload.images. */
  readonly chosen: number;
  readonly onChoose: (n: number) => void;
}

/** What a section that computes is given. */
export interface NetProps extends SectionProps {
  readonly net: TwoLayerNet;
}

/** What its parts are given that show how the net answers one image. */
export interface PassProps extends NetProps {
  readonly pass: Pass;
}
