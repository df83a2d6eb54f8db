import { functions } from "virtual:lesson-texts";
import { useEffect, useRef } from "preact/hooks";
import type { LessonStep } from "../../render/lessonSteps.js";
import { Button } from "../../render/page/app/Button.js";

export interface CodeDialogProps {
  readonly step: LessonStep | null;
  readonly onClose: () => void;
}

/** The code of a function of the lesson, over the page. */
export function CodeDialog({ step, onClose }: CodeDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (step !== null) dialog.current?.showModal();
  }, [step]);
  const code = step && functions[`${step.file} ${step.name}`];
  return (
    <dialog ref={dialog} onClose={onClose} aria-label="Code of the lesson">
      {step !== null && (
        <>
          <p>
            <code>{step.name}</code> in <code>{step.file}</code>
          </p>
          <pre class="code">{code ?? "This page does not hold its code."}</pre>
        </>
      )}
      <Button onClick={() => dialog.current?.close()}>Close</Button>
    </dialog>
  );
}
