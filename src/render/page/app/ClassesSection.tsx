import type { Section } from "./section.js";
import { Table } from "./Table.js";

const share = (value: number | null) => (value === null ? "–" : value.toFixed(4));

/** Precision, recall and F1 of each class. */
export const classesSection: Section = {
  id: "classes",
  link: "Classes",
  heading: "Each class",
  content: ({ report }) => (
    <Table
      titles={["class", "images", "precision", "recall", "F1"]}
      rows={report.payload.classes.map(({ name, count, precision, recall, f1 }) => [
        name,
        count,
        share(precision),
        share(recall),
        share(f1),
      ])}
    />
  ),
};
