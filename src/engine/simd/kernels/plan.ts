/*
 * The contract between the engine and its kernels. The engine writes the Plan before a kernel runs;
 * kernels read it. build/contract.js copies this file's constants and fields into ../contract.ts, so
 * nothing here is written a second time by hand.
 *
 * Hidden units are processed in panels of WIDTH. W1 is stored panel by panel, each panel (D, WIDTH)
 * with its rows one after the other, so that the part of W1 that a panel needs stays in the L1 cache
 * for a whole batch. Units beyond H are padding: zero weights, zero activations.
 */

/** Hidden units in a panel: as many as five v128 hold, which leaves registers for loads. */
export const WIDTH: u32 = 20;

/** Bytes of a row of a panel. */
export const ROW: u32 = 4 * WIDTH;

/** Bytes of a list entry: the offset of a row (u32), then its coefficient (f32). */
export const ENTRY: u32 = 8;

/** The largest D, so that offsets of rows fit into 31 bits. */
export const MOST_PIXELS: u32 = 1 << 24;

/** Bytes of a structure Between, see augment.ts. */
export const BETWEEN: u32 = 64;

/** Classes that are scored together: as many as three v128 hold. */
export const CLASS_BLOCK: u32 = 12;

/** Bytes of a cache line: what different threads write lies at least this far apart. */
export const LINE: u32 = 64;

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
  /** The largest N that the buffers have room for. */
  capacity: u32;

  /** u32 addresses of the packed images of the set that the batch comes from, see packedPixels.ts. */
  packed: usize;
  /** u8 class of each image of that set. */
  labels: usize;
  /** u32 (N) indices in that set of the images of the batch. */
  indices: usize;

  /** f32 (panels, D, WIDTH). */
  W1: usize;
  /** f32 (panels, WIDTH). */
  b1: usize;
  /** f32 (panels, C, WIDTH): a column of W2 is a row here. */
  W2: usize;
  /** f32 (panels · WIDTH, paddedClasses): W2 again, row by row, to compute scores from. */
  W2Rows: usize;
  /** f32 (paddedClasses). */
  b2: usize;
  /** Velocities in the layouts of W1, b1, W2, b2. */
  vW1: usize;
  vb1: usize;
  vW2: usize;
  vb2: usize;

  /** The intensity of most pixels: 0 for light digits on black. */
  background: u32;
  /** The running average in the layouts of W1 and all that follows it, in so many v128. */
  average: usize;
  averaged: u32;
  /** Share of the average that stays. */
  keep: f32;

  /** f32 (D) (mean pixel - background) · scale. */
  mean: usize;
  /** List of the pixels whose mean is not background: entries of -mean. */
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
  /** u32 (threads, capacity) where a thread's share of the pixels begins in each image's list. */
  cursors: usize;
  /** Room for the entries of the pixels' lists: D · capacity. */
  pixelEntries: usize;

  /** f32 (panels, capacity, WIDTH). */
  hidden: usize;
  /** f32 (panels, capacity, WIDTH). */
  dhidden: usize;
  /** f32 (capacity, paddedClasses). */
  scores: usize;
  /** f32 (paddedClasses) gradient of b2. */
  db2: usize;
  /** f64 (capacity, C) exp(score - max). */
  exps: usize;
  /** Entries (capacity, C) of dscores with offsets into W2. */
  dscoresByImage: usize;
  /** Entries (C, capacity) of dscores with offsets into hidden. */
  dscoresByClass: usize;
  /** f64 (capacity) loss of each image. */
  losses: usize;
  /** f64 (panels) sum of the current squared weights of each panel. */
  squares: usize;
  /** f32 (panels, 2, WIDTH) temporary rows of the kernel that processes a panel. */
  workRows: usize;
  /** u32 (threads), LINE bytes apart: a result of the prefetch, so that the compiler keeps its reads. */
  prefetched: usize;

  /** Factor of every pixel. */
  scale: f32;
  learningRate: f32;
  /** Strength of the L2 term. */
  reg: f32;
  /** Share of the velocity that is kept; 0 for plain SGD. */
  momentum: f32;
  /** Nesterov momentum if not 0. */
  nesterov: u32;

  /** Share of the target that is spread over all classes. */
  labelSmoothing: f32;
  /** A unit is dropped if its random word is below this; 0 for no dropout. */
  dropoutThreshold: u32;
  /** 1 / (1 - share). */
  dropoutFactor: f32;
  dropoutKey: u32;

  /** Working space of each thread, distortionScratchBytes apart; 0 if images are not distorted. */
  distortionScratch: usize;
  distortionKey: u32;
  /** u32, mixed counters for the affine part; see DistortionPlan in src/dataset/augment.ts. */
  noise: usize;
  /** u32 (2, noiseRows, noiseStride), mixed counters for the two fields. */
  fieldNoise: usize;
  rows: u32;
  columns: u32;
  /** Rows and columns of the noise of a field, the columns rounded up to whole v128. */
  noiseRows: u32;
  noiseColumns: u32;
  noiseStride: u32;
  /** Pixels between the points of the grid of the fields; see FieldGrid in src/dataset/augment.ts. */
  spacing: u32;
  /** Rows of the grid, rounded up to an even number; 0 if there is no elastic distortion. */
  gridRows: u32;
  /** Columns of the grid, rounded up to a multiple of 8. */
  gridStride: u32;
  /** f32 (gridRows, noiseRows) */
  down: usize;
  /** f32 (noiseColumns, gridStride) */
  across: usize;
  /** How each four pixels of a row lie between points of the grid: structures Between. */
  between: usize;
  elasticAlpha: f32;
  /** In radians. */
  rotation: f32;
  zoom: f32;
  shear: f32;
  shift: f32;
}
