import { useState } from "preact/hooks";
import { percent } from "../../numbers.js";
import type { Report } from "./report.js";
import type { ReportProps } from "./sectionProps.js";
import { type Section, sections } from "./sections.js";

/** The whole report: a headline, links, and every section. */
export function App({ report }: { report: Report }) {
  const { model, data, splits, images, history } = report.payload;
  const firstWrong = images.findIndex(({ label, prediction }) => label !== prediction);
  const [chosen, setChosen] = useState(Math.max(0, firstWrong));
  const props = { report, chosen, onChoose: setChosen };
  const test = splits.find(({ name }) => name === "test");
  const failure = history?.failure ?? null;
  const shown = sections.filter(
    ({ ofRun, isShown }) => (test !== undefined || ofRun) && (isShown?.(report) ?? true),
  );
  return (
    <>
      <header>
        <h1>{model}</h1>
        <p class="headline">
          {test !== undefined && (
            <>
              <strong>{percent(test.accuracy)}</strong> of {test.images} test images of {data}
            </>
          )}
          {failure !== null && (
            <>
              <strong>Diverged</strong> at iteration {failure.iteration} on {data}: {failure.found}
            </>
          )}
        </p>
        <nav aria-label="Parts of the report">
          {shown.map(({ id, link }) => (
            <a key={id} href={`#${id}`}>
              {link}
            </a>
          ))}
        </nav>
      </header>
      <main>
        {shown.map((section) => (
          <Part key={section.id} section={section} {...props} />
        ))}
      </main>
    </>
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
