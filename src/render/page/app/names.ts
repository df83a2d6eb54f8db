/** The most letters of a name within a sentence. */
const MOST_LETTERS = 40;

/** The name of a class within a sentence: cut where it is as long as a line. */
export function inSentence(name: string): string {
  return name.length <= MOST_LETTERS ? name : `${name.slice(0, MOST_LETTERS - 1)}…`;
}
