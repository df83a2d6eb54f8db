import { useMemo, useState } from "preact/hooks";
import { figureTitles, finalFigures } from "../../comparison.js";
import {
  comparedAccuracyOptions,
  comparedLossOptions,
  pageLegendHeight,
} from "../../svg/comparisonOptions.js";
import { Chart, PartOfRun } from "./Chart.js";
import type { ReportProps } from "./sectionProps.js";
import { Table } from "./Table.js";

/** The curves of several runs on common axes, and the final figures of each. */
export function CompareSection({ report }: ReportProps) {
  const { compared } = report.payload;
  const [part, setPart] = useState(1);
  const more = useMemo(() => pageLegendHeight(compared), [compared]);
  const charts = [
    { options: comparedLossOptions, label: `Loss of ${compared.length} runs` },
    { options: comparedAccuracyOptions, label: `Accuracy of ${compared.length} runs` },
  ];
  return (
    <>
      <p class="lead">
        Smoothed loss and accuracy of {compared.length} runs. Select a name to hide its line. Runs
        that differ in their seed alone share a color.
      </p>
      <PartOfRun part={part} onChange={setPart} />
      <div class="charts">
        {charts.map((chart) => (
          <Chart key={chart.label} {...chart} shown={compared} part={part} more={more} />
        ))}
      </div>
      <Table
        class="runs"
        tall={compared.length > 12}
        titles={["run", ...figureTitles, "remark"]}
        rows={compared.map((run) => [
          run.name,
          ...finalFigures(run),
          [run.isOwn ? "this model" : "", run.remark].filter(Boolean).join(", "),
        ])}
      />
    </>
  );
}
