import { classesSection } from "./ClassesSection.js";
import { confusionSection } from "./ConfusionSection.js";
import { curvesSection } from "./CurvesSection.js";
import { drawSection } from "./DrawSection.js";
import { mistakesSection } from "./MistakesSection.js";
import { runSection } from "./RunSection.js";
import { stepSection } from "./StepSection.js";
import type { Section } from "./section.js";
import { unitsSection } from "./UnitsSection.js";

/** The sections of the page, from top to bottom. */
export const sections: readonly Section[] = [
  runSection,
  drawSection,
  curvesSection,
  confusionSection,
  mistakesSection,
  stepSection,
  classesSection,
  unitsSection,
];
