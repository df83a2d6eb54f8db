import type { Reporter, TestModule } from "vitest/node";

/** Ends the output with one line that scripts can read: "N passed, N failed". */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
      if (module.errors().length > 0) counts.failed++; // a file that did not even load
    }
    const skipped = counts.skipped + counts.pending;
    const failed = counts.failed + errors.length;
    const line = `${counts.passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
    setImmediate(() => process.stdout.write(`\n${line}\n`)); // behind the default summary
  }
}
