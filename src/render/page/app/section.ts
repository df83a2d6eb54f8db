import type { JSX } from "preact";
import type { TwoLayerNet } from "../../../net/twoLayerNet.js";
import type { Report } from "./report.js";

/** What every section is given. */
export interface SectionProps {
  readonly report: Report;
  /** The image to step through, as an index into payload.images. */
  readonly chosen: number;
  readonly onChoose: (n: number) => void;
}

/** What the parts of a section that computes are given. */
export interface NetProps extends SectionProps {
  readonly net: TwoLayerNet;
}

/** A part of the page; sections.ts lists them all. */
export interface Section {
  /** The id of its element, which links point to. */
  readonly id: string;
  /** The text of its link at the top of the page. */
  readonly link: string;
  readonly heading: string | ((report: Report) => string);
  /** What stands below the heading; a string instead is the reason why the section is empty. */
  readonly content: (props: SectionProps) => JSX.Element | string;
}
