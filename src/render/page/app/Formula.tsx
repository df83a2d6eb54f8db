import type { BackwardStep } from "../../backwardSteps.js";

/** The formulas of a step, and where the lesson's code has them. */
export function Formula({ step: { formulas, name, file } }: { readonly step: BackwardStep }) {
  return (
    <p class="formula">
      {formulas.map((formula) => (
        <code key={formula}>{formula}</code>
      ))}
      <small>
        <code>{name}</code> in <code>{file}</code>
      </small>
    </p>
  );
}
