import { useState } from "preact/hooks";
import { percent } from "../../numbers.js";
import { Nav } from "./Nav.js";
import type { Report } from "./report.js";
import type { ReportProps } from "./sectionProps.js";
import { type Section, sections } from "./sections.js";

/** The whole report: links, a headline, and every section. */
export function App({ report }: { report: Report }) {
  const { splits, images } = report.payload;
  const firstWrong = images.findIndex(({ label, prediction }) => label !== prediction);
  const [chosen, setChosen] = useState(Math.max(0, firstWrong));
  const props = { report, chosen, onChoose: setChosen };
  const hasTest = splits.some(({ name }) => name === "test");
  const shown = sections.filter(
    ({ ofRun, isShown }) => (hasTest || ofRun) && (isShown?.(report) ?? true),
  );
  return (
    <>
      <Nav shown={shown} />
      <Headline report={report} />
      <main>
        {shown.map((section) => (
          <Part key={section.id} section={section} {...props} />
        ))}
      </main>
    </>
  );
}

/** The model, and how well it does. */
function Headline({ report: { payload } }: { readonly report: Report }) {
  const { model, data, splits, history, classNames, hiddenSize } = payload;
  const test = splits.find(({ name }) => name === "test");
  const failure = history?.failure ?? null;
  return (
    <header>
      <h1>{model}</h1>
      {test !== undefined && (
        <p class="headline">
          <strong>{percent(test.accuracy)}</strong>
          <span>
            of {test.images} test images of {data} are classified correctly, into{" "}
            {classNames.length} {classNames.length === 1 ? "class" : "classes"} by {hiddenSize}{" "}
            hidden {hiddenSize === 1 ? "unit" : "units"}.
          </span>
        </p>
      )}
      {failure !== null && (
        <p class="headline">
          <strong>Diverged</strong>
          <span>
            at iteration {failure.iteration} on {data}: {failure.found}
          </span>
        </p>
      )}
    </header>
  );
}

/** A section with its heading; where it is empty, with the reason for that. */
function Part({ section, ...props }: ReportProps & { readonly section: Section }) {
  const { id, heading } = section;
  const content = section.content(props);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{typeof heading === "string" ? heading : heading(props.report)}</h2>
      {typeof content === "string" ? <p class="empty">{content}</p> : content}
    </section>
  );
}
