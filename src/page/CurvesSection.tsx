import type { PageHistory } from "../report/pagePayload.js";

export function CurvesSection({ history }: { history: PageHistory }) {
  return <section id="curves">{history.loss.length}</section>;
}
