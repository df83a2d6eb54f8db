import { closestMatch } from "leven";

/*
 * Names that flags have in other libraries, for "did you mean".
 */

/** By the name of our flag, what PyTorch, Keras, scikit-learn and their users call it. */
const otherNames: Readonly<Record<string, string>> = {
  "average-keep": "ema ema-decay moving-average weight-average polyak swa",
  "batch-size": "batch batches bs mini-batch mini-batch-size minibatch minibatch-size",
  checkpoint: "checkpoint-dir ckpt save-checkpoint",
  classes: "class-count n-classes nb-classes num-classes num-labels",
  data: "data-dir data-root dataset dataset-dir input train-data",
  decay: "decay-rate gamma learning-rate-decay lr-decay",
  dropout: "drop drop-rate dropout-rate dropout-prob",
  engine: "backend device",
  epochs: "epoch max-epochs n-epochs nb-epoch nb-epochs num-epochs num-train-epochs passes",
  every: "eval-every eval-interval log-every log-interval val-every validate-every",
  hidden:
    "hidden-dim hidden-layer hidden-layer-size hidden-layer-sizes hidden-size hidden-units n-hidden " +
    "neurons num-hidden units width",
  history: "log log-file metrics",
  initialization: "init initializer weight-init",
  iterations:
    "iter iters iteration max-iter max-iters max-steps n-iter num-iters num-iterations steps updates",
  "keep-best": "best restore-best save-best save-best-only",
  "label-smoothing": "smoothing",
  "learning-rate": "alpha eta learning-rate-init lr rate step-size",
  limit: "max-images max-samples max-train-samples num-samples samples subset train-size",
  model: "checkpoint-path model-path weights-file",
  momentum: "beta mu",
  nesterov: "nag nesterovs-momentum",
  out: "model model-path output output-file save save-model save-path",
  patience: "early-stop early-stopping n-iter-no-change",
  plot: "chart curves figure graph",
  quiet: "silent",
  recipe: "config preset profile",
  "list-recipes": "list recipes presets",
  reg: "l2 l2-penalty l2-reg lambda reg-strength regularisation regularization wd weight-decay",
  resume: "continue from-checkpoint load resume-from restore",
  sampling: "shuffle",
  scale: "normalise normalize rescale",
  schedule: "lr-schedule lr-scheduler scheduler",
  seed: "manual-seed random-seed random-state rng-seed",
  std: "init-std weight-scale weight-std",
  "step-epochs": "lr-step-size",
  threads: "cores cpus jobs n-jobs num-threads num-workers workers",
  validation: "dev val val-size valid validation-fraction validation-size validation-split",
  "warm-up": "warmup warmup-epochs warmup-steps",
  augment: "aug augmentation augmentations data-augmentation distort",
};

/**
 * The flag that a user meant: one with that name in other libraries or in another spelling, or the most
 * similar one.
 *
 * @param typed such as "--lr" or "--batch_size=64"
 * @param flags of the command, such as "--learning-rate"
 */
export function flagMeant(typed: string, flags: readonly string[]): string | undefined {
  const name = typed
    .replace(/=.*$/s, "")
    .replace(/^--?/, "")
    .replace(/[a-z](?=[A-Z])/g, "$&-")
    .replaceAll("_", "-")
    .toLowerCase();
  const known = (flag: string) => {
    const own = flag.replace(/^--/, "");
    return own === name || otherNames[own]?.split(" ").includes(name);
  };
  return flags.find(known) ?? closestMatch(`--${name}`, flags, { maxDistance: 2 });
}
