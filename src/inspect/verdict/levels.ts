/** The hashes of a run's training files; see `RunData`. */
export interface DataHashes {
  readonly files: Readonly<Record<"trainImages" | "trainLabels", { readonly sha256: string }>>;
}

/** The parts of the evidence that levels depend on. */
interface Measured {
  readonly trainingImages: number;
  readonly mostFrequent: { readonly training: number; readonly validation: number | null };
  readonly nearestMean: number | null;
}

interface KnownData {
  readonly images: string;
  readonly labels: string;
  /** Accuracy on validation images by number of training images. */
  readonly levels: readonly (readonly [images: number, accuracy: number])[];
}

/** What softmax regression reaches on data whose files are known: `node test/bench/linear.js`. */
const knownData: readonly KnownData[] = [
  {
    // MNIST
    images: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    labels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    levels: [
      [100, 0.6988],
      [300, 0.8104],
      [1000, 0.8675],
      [3000, 0.8903],
      [10000, 0.9128],
      [50000, 0.9289],
    ],
  },
  {
    // Fashion-MNIST
    images: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    labels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    levels: [
      [100, 0.7216],
      [300, 0.7716],
      [1000, 0.7977],
      [3000, 0.8161],
      [10000, 0.8388],
      [50000, 0.8548],
    ],
  },
];

/** A simple classifier to compare a net with. */
export interface Rival {
  readonly name: string;
  /** 0..1, on images that it has not learned from. */
  readonly accuracy: number;
  /** Whether a net of some hidden units should surely do as well. */
  readonly isBar: boolean;
}

/** What softmax regression reaches on as many images of known data; null for other data, and for few images. */
export function linearLevel(trainingImages: number, data: DataHashes | null): number | null {
  const known = knownData.find(
    ({ images, labels }) =>
      images === data?.files.trainImages.sha256 && labels === data.files.trainLabels.sha256,
  );
  return known?.levels.findLast(([images]) => images <= trainingImages)?.[1] ?? null;
}

/**
 * What a linear classifier reaches: softmax regression where the data are known, else the nearest class mean.
 *
 * @returns null if neither is known
 */
export function rivalOf(
  { trainingImages, nearestMean }: Omit<Measured, "mostFrequent">,
  data: DataHashes | null,
): Rival | null {
  const level = linearLevel(trainingImages, data);
  if (level !== null) return { name: "a linear classifier", accuracy: level, isBar: true };
  if (nearestMean === null) return null;
  return { name: "the nearest class mean", accuracy: nearestMean, isBar: false };
}

/**
 * Accuracies this close to that of a linear classifier count as equal to it. `notebook` with distortions ends
 * 0.1 points below it on Fashion-MNIST, and a run whose steps vanish after two epochs of MNIST 2.2.
 */
const CLOSE = 0.01;
/**
 * Of the errors of the nearest class mean, a net should make at most this share. Softmax regression makes 40 % of
 * them on MNIST and 45 % on Fashion-MNIST.
 */
const LEFT_OF_ERRORS = 0.5;
/** Of the errors of always answering with the most frequent class, a net that learned avoids this share. */
const SKILL = 0.05;

/** How much better than the most frequent class: 0 for as good, 1 for no errors. */
export function skill(accuracy: number, mostFrequent: number): number {
  return mostFrequent === 1 ? 0 : (accuracy - mostFrequent) / (1 - mostFrequent);
}

/** Whether an accuracy is no better than always answering with the most frequent class. */
export function isAtChance(accuracy: number, mostFrequent: number): boolean {
  return skill(accuracy, mostFrequent) < SKILL;
}

/** Whether training accuracy is below what a simpler classifier reaches on new images. */
export function isBelow(accuracy: number, rival: Rival | null): boolean {
  return rival !== null && accuracy < rival.accuracy - CLOSE;
}

/** Whether a training accuracy is low enough to look for a cause. */
export function isPoor(
  training: number | null,
  evidence: Measured,
  data: DataHashes | null,
): boolean {
  if (training === null) return false;
  if (isAtChance(training, evidence.mostFrequent.training)) return true;
  const rival = rivalOf(evidence, data);
  if (rival === null) return false;
  return rival.isBar
    ? isBelow(training, rival)
    : training < 1 - LEFT_OF_ERRORS * (1 - rival.accuracy) - CLOSE;
}

/**
 * On 500 images, chance makes this difference in skill. The class means of MNIST reach a skill of 0.8, those of
 * shuffled labels 0.
 */
const UNRELATED = 0.1;

/** Whether even the nearest class mean is at chance, so that labels may have nothing to do with images. */
export function isUnrelated({ nearestMean, mostFrequent }: Measured): boolean {
  if (nearestMean === null) return false;
  return skill(nearestMean, mostFrequent.validation ?? mostFrequent.training) < UNRELATED;
}
