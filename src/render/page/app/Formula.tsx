import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { LessonStep } from "../../lessonSteps.js";
import { Button } from "./Button.js";

/** Shows the code of a step, in a page that brings the lesson's code; null elsewhere. */
export const ShowCode = createContext<((step: LessonStep) => void) | null>(null);

/** The formulas of a step, and where the lesson's code has them. */
export function Formula({ step }: { readonly step: LessonStep }) {
  const { formulas, name, file } = step;
  const show = useContext(ShowCode);
  return (
    <p class="formula">
      {formulas.map((formula) => (
        <code key={formula}>{formula}</code>
      ))}
      {show === null ? (
        <small>
          <code>{name}</code> in <code>{file}</code>
        </small>
      ) : (
        <Button class="code-link" onClick={() => show(step)}>
          <code>{name}</code> <span class="unseen">in {file}: show its code</span>
        </Button>
      )}
    </p>
  );
}
