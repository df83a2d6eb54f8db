import type { ReportProps } from "./sectionProps.js";
import { Table } from "./Table.js";

const share = (value: number | null) => (value === null ? "–" : value.toFixed(4));

/** Precision, recall and F1 of each class. */
export function ClassesSection({ report }: ReportProps) {
  return (
    <Table
      titles={["class", "images", "precision", "recall", "F1"]}
      rows={report.payload.classes.map(({ name, count, precision, recall, f1 }) => [
        name,
        count,
        ...[precision, recall, f1].map(share),
      ])}
    />
  );
}
