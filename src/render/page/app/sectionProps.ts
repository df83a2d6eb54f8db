import type { BackwardPass } from "../../../inspect/backward.js";
import type { Pass } from "../../../inspect/explain.js";
import type { TwoLayerNet } from "../../../net/twoLayerNet.js";
import type { Report, ShownNet } from "./report.js";

/** What a section is given that other pages show too. */
export interface SectionProps {
  readonly report: ShownNet;
  /** The image to step through, as an index into payload.images. */
  readonly chosen: number;
  readonly onChoose: (n: number) => void;
}

/** Whether a section begins with how to read it; a page that says so itself leaves it out. */
export interface WithLead {
  readonly hasLead?: boolean;
}

/** What every section of the report is given. */
export interface ReportProps extends SectionProps {
  readonly report: Report;
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
