import type { BackwardPass } from "../../../inspect/backward.js";
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

/** What its parts are given that show the way back. */
export interface BackwardProps extends PassProps {
  readonly backward: BackwardPass;
  /** The learning rate of the step. */
  readonly rate: number;
  readonly onRate: (rate: number) => void;
}
