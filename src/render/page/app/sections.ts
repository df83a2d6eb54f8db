import type { JSX } from "preact";
import { BackwardSection } from "./BackwardSection.js";
import { ClassesSection } from "./ClassesSection.js";
import { CompareSection } from "./CompareSection.js";
import { ConfusionSection } from "./ConfusionSection.js";
import { CurvesSection } from "./CurvesSection.js";
import { DrawSection, drawHeading } from "./DrawSection.js";
import { MistakesSection } from "./MistakesSection.js";
import { RunSection } from "./RunSection.js";
import type { Report } from "./report.js";
import { ShapingSection } from "./ShapingSection.js";
import { StepSection } from "./StepSection.js";
import type { ReportProps } from "./sectionProps.js";
import { UnitsSection } from "./UnitsSection.js";

/** A part of the page. */
export interface Section {
  /** The id of its element, which links point to. */
  readonly id: string;
  /** The text of its link at the top of the page. */
  readonly link: string;
  readonly heading: string | ((report: Report) => string);
  /** Whether the page has the section; by default every page does. */
  readonly isShown?: (report: Report) => boolean;
  /** What stands below the heading; a string instead is the reason why the section is empty. */
  readonly content: (props: ReportProps) => JSX.Element | string;
  /** Whether it shows the run alone, so that it also stands in the report of a run without a model. */
  readonly ofRun?: true;
}

/** The sections of the page, from top to bottom. */
export const sections: readonly Section[] = [
  { id: "draw", link: "Draw", heading: drawHeading, content: DrawSection },
  { id: "run", link: "Run", heading: "The run", content: RunSection, ofRun: true },
  { id: "curves", link: "Curves", heading: "Curves", content: CurvesSection, ofRun: true },
  {
    id: "compare",
    link: "Compare",
    heading: ({ payload }) => `${payload.compared.length} runs compared`,
    isShown: ({ payload }) => payload.compared.length > 0,
    content: CompareSection,
  },
  { id: "confusion", link: "Confusion", heading: "Confusion", content: ConfusionSection },
  { id: "mistakes", link: "Mistakes", heading: "The surest mistakes", content: MistakesSection },
  { id: "step", link: "Step through", heading: "Step through one image", content: StepSection },
  {
    id: "backward",
    link: "Backward",
    heading: "The backward pass: how one image would change the weights",
    content: BackwardSection,
  },
  { id: "classes", link: "Classes", heading: "Each class", content: ClassesSection },
  {
    id: "units",
    link: "Hidden units",
    heading: "What the hidden units look for",
    content: UnitsSection,
  },
  {
    id: "shaping",
    link: "Taking shape",
    heading: "The hidden units take shape",
    isShown: ({ payload }) => payload.shaping !== null,
    content: ShapingSection,
  },
];
