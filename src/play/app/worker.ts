import { mistakes } from "virtual:mistakes";
import { lessonLayers } from "../../learn/lessonLayers.js";
import type { Report, Request } from "../messages.js";
import { Session, type SessionHost } from "../session.js";

/*
 * The worker in which a net learns, so that drawing never waits for training, nor training for drawing.
 */

const channel = new MessageChannel();
let rested: () => void = () => {};
channel.port1.onmessage = () => rested();

/** Lets messages arrive; a timer would wait for four milliseconds. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    rested = resolve;
    channel.port2.postMessage(null);
  });
}

let held: Pick<SessionHost, "images" | "kernels"> | null = null;
let session: Session | null = null;

function start(request: Extract<Request, { type: "start" }>): void {
  session?.stop();
  if (held === null) throw new Error("a run was asked for before its images");
  const { run } = request;
  session = new Session(
    {
      ...held,
      rest,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      lesson(mutant) {
        const functions = mistakes[mutant];
        if (functions === undefined) throw new RangeError(`no mistake is called ${mutant}`);
        return lessonLayers(functions, mutant);
      },
      report: (report) => postMessage({ run, ...report } satisfies Report),
    },
    request,
  );
  session.run().catch((error) => {
    setTimeout(() => {
      throw error; // as an error of the worker, which the page hears of
    });
  });
}

addEventListener("message", ({ data: request }: MessageEvent<Request>) => {
  if (request.type === "data") held = request;
  else if (request.type === "start") start(request);
  else if (request.type === "go") session?.go(request.updates);
  else if (request.type === "change") session?.change(request.settings, request.speed);
  else session?.judge();
});
