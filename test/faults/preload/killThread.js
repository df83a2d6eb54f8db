/* Ends every worker thread some time after its start: AFTER milliseconds. */
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  process.on("worker", (worker) => setTimeout(() => worker.terminate(), Number(process.env.AFTER)));
}
