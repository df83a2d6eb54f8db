/** Made by build/lessonModules.js. */
declare module "virtual:mistakes" {
  /** The functions of the lesson with one mistake in them, by the name of the mutant. */
  export const mistakes: Readonly<
    Record<string, import("../../learn/piece.js").Functions | undefined>
  >;
}

declare module "virtual:lesson-texts" {
  /** The text of each function, by its file and its name. */
  export const functions: Readonly<Record<string, string | undefined>>;
  /** What is wrong in each mutant. */
  export const mistakeTexts: Readonly<
    Record<
      string,
      {
        readonly piece: string;
        readonly words: string;
        readonly edits: readonly (readonly [from: string, to: string])[];
      }
    >
  >;
}
