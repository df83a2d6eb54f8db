/*
 * Where everything is: written by ../plan.ts, field by field in this order, before any kernel runs.
 *
 * Hidden units are dealt with in panels of WIDTH. W1 is stored panel by panel, each panel (D, WIDTH)
 * with its rows one after the other, so that the part of W1 that a panel needs stays in the
 * processor's nearest cache while a whole batch goes by. Units beyond H are padding: zero weights,
 * zero activations.
 */

/** Hidden units in a panel: as many as five v128 hold, which leaves registers for loads. */
export const WIDTH: u32 = 20;

/** Bytes of a row of a panel. */
export const ROW: u32 = 4 * WIDTH;

/** Bytes of a list entry: the offset of a row (u32), then its coefficient (f32). */
export const ENTRY: u32 = 8;

/** Bytes of a packed pixel: its number in the upper three, its value in the lowest. */
export const PACKED: u32 = 4;

@unmanaged
export class Plan {
  /** Threads that share the work. */
  threads: u32;
  /** D, pixels of an image. */
  inputSize: u32;
  /** H, hidden units. */
  hiddenSize: u32;
  /** C, classes. */
  classCount: u32;
  /** C rounded up to a multiple of CLASS_BLOCK. */
  paddedClasses: u32;
  /** Panels that hold all hidden units. */
  panels: u32;
  /** N, images in this batch. */
  batchSize: u32;
  /** N that the buffers were made for. */
  capacity: u32;

  /** u32 where the packed pixels of each image begin, of the set that the batch comes from. */
  packed: usize;
  /** u8 class of each image of that set. */
  labels: usize;
  /** u32 (N) which images of the set make the batch. */
  indices: usize;

  /** f32 (panels, D, WIDTH). */
  W1: usize;
  /** f32 (panels, WIDTH). */
  b1: usize;
  /** f32 (panels, C, WIDTH): a column of W2 is a row here. */
  W2: usize;
  /** f32 (panels · WIDTH, paddedClasses): W2 once more, row by row, to compute scores from. */
  W2Rows: usize;
  /** f32 (paddedClasses). */
  b2: usize;
  /** Velocities in the layouts of W1, b1, W2, b2; 0 where there is no momentum. */
  vW1: usize;
  vb1: usize;
  vW2: usize;
  vb2: usize;

  /** f32 (D) mean pixel · scale. */
  mean: usize;
  /** Entries of the pixels whose mean is not 0. */
  meanList: usize;
  meanListEnd: usize;

  /** u32 (N, 2) where the list of each image of the batch begins and ends. */
  lists: usize;
  /** Room for the entries of those lists: capacity · D. */
  entries: usize;

  /** u32 (D) where the list of a pixel's images begins. */
  pixelLists: usize;
  /** u32 (D) where it ends. */
  pixelListEnds: usize;
  /** u32 (threads, capacity) where in each image's list a thread's share of the pixels begins. */
  cursors: usize;
  /** Room for the entries of the pixels' lists: D · capacity. */
  pixelEntries: usize;

  /** f32 (panels, capacity, WIDTH). */
  hidden: usize;
  /** f32 (panels, capacity, WIDTH). */
  dhidden: usize;
  /** f32 (capacity, paddedClasses). */
  scores: usize;
  /** f64 (capacity, C) exp(score - max). */
  exps: usize;
  /** Entries (capacity, C) of dscores with offsets into W2. */
  dscoresByImage: usize;
  /** Entries (C, capacity) of dscores with offsets into hidden. */
  dscoresByClass: usize;
  /** f64 (capacity) loss of each image. */
  losses: usize;
  /** f64 (panels) sum of the squared weights of each panel, as they stand. */
  squares: usize;
  /** f32 (panels, 2, WIDTH) rows for a kernel's own use. */
  workRows: usize;

  /** Multiplies every pixel. */
  scale: f32;
  learningRate: f32;
  /** Strength of the L2 term. */
  reg: f32;
  /** Share of the velocity that is kept; 0 for plain SGD. */
  momentum: f32;
  /** Not 0: look ahead by the velocity (Nesterov). */
  nesterov: u32;

  /** Share of the target that goes to all classes alike. */
  labelSmoothing: f32;
  /** A unit is left out where its random word is below this; 0 for no dropout. */
  dropoutThreshold: u32;
  /** 1 / (1 - share). */
  dropoutFactor: f32;
  dropoutKey: u32;

  /** Working space of each thread, scratchBytes apart; 0 where images stay as they are. */
  distortionScratch: usize;
  scratchBytes: u32;
  distortionKey: u32;
  /** u32, the words that keys make random; see src/dataset/augment.ts, as for all of these. */
  noise: usize;
  rows: u32;
  columns: u32;
  /** Columns rounded up to whole v128. */
  rowStride: u32;
  /** f32 (2 · radius + 1) */
  taps: usize;
  /** 0 where there is no field. */
  radius: u32;
  elasticAlpha: f32;
  /** In radians. */
  rotation: f32;
  zoom: f32;
  shear: f32;
  shift: f32;
}
