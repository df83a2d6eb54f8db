import type { Model } from "../../documents/model.js";
import type { Subject } from "./lab.js";
import type { LiveState } from "./live.js";
import { classNames, preprocessingIn } from "./shownNet.js";

/** The net of a run as mnist-train saves one; its images are the page's, so it names no data files. */
export function modelFile(state: LiveState, subject: Subject): Model {
  const { frame, loss, judged } = state;
  const { recipe, seed, settings } = subject.link;
  if (frame === null) throw new RangeError("no weights yet, expected a run that has begun");
  return {
    preprocessing: preprocessingIn(state, subject),
    classNames,
    training: { recipe, seed, engine: state.started?.engine ?? "simd" },
    settings,
    figures: {
      iterations: frame.iteration,
      interrupted: state.phase !== "ended",
      bestEpoch: null,
      earlyStop: null,
      loss: loss.last,
      penalty: loss.last === null ? null : frame.penalty,
      trainingAccuracy: judged?.trainingAccuracy ?? null,
      validationAccuracy: judged?.validationAccuracy ?? null,
      leastMargin: null,
    },
    data: null,
    parameters: frame.parameters,
  };
}
