import { render } from "preact";
import { App } from "./App.js";
import { readReport } from "./report.js";

/*
 * The script of the report page. It makes no network requests: all that it shows is in the page itself.
 */

const root = document.getElementById("report")!;

function showFailure(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  render(<p class="empty">This report cannot be shown here: {reason}</p>, root);
}

window.addEventListener("error", ({ message }) => {
  if (root.childElementCount === 0) showFailure(message);
});
try {
  const report = await readReport();
  document.title = `${report.payload.model} – mnist-train report`;
  render(<App report={report} />, root);
} catch (error) {
  showFailure(error);
}
