import { refuse } from "../errors.js";

/*
 * The names of the classes of a data set: a text file beside its IDX files, with one name per line. Nothing
 * here opens a file.
 */

/** The name of the file. */
export const classNamesFile = "class-names.txt";

/** The most classes: labels are bytes. */
export const mostClasses = 256;

/**
 * The names in a file of class names; the first line names class 0.
 *
 * @param name names the file in errors
 * @throws {InputError} when there are none or too many, or one is empty, occurs twice or has control characters
 */
export function decodeClassNames(text: string, name = classNamesFile): string[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  while (lines.at(-1)?.trim() === "") lines.pop();
  const names = lines.map((line) => line.trim());
  checkClassNames(names, name);
  return names;
}

/** Class names as the text of their file. */
export function encodeClassNames(names: readonly string[]): string {
  return `${names.join("\n")}\n`;
}

/** @throws {InputError} when such names cannot be read back from their file */
export function checkClassNames(names: readonly string[], where: string): void {
  const remedy = "write one name per line, that of class 0 first";
  if (names.length === 0 || names.length > mostClasses) {
    refuse(where, `${names.length} class names`, `1 to ${mostClasses}`, remedy);
  }
  names.forEach((name, c) => {
    const found = `class ${c} is named ${JSON.stringify(name)}`;
    if (name === "" || name.trim() !== name || /\p{Cc}|\p{Cs}/u.test(name)) {
      refuse(where, found, "visible text", remedy);
    }
    const other = names.indexOf(name);
    if (other < c) refuse(where, `${found}, and so is class ${other}`, "a name of its own", remedy);
  });
}

/** The first names; classes beyond them are named by their numbers. */
export function namesOf(classCount: number, names: readonly string[] = []): string[] {
  return Array.from({ length: classCount }, (_, c) => names[c] ?? String(c));
}

/** Whether classes are named by their numbers alone. */
export function areNumbers(names: readonly string[]): boolean {
  return names.every((name, c) => name === String(c));
}

/** Whether the classes are digits, so that what is unlike them is none. */
export function areDigits(names: readonly string[]): boolean {
  return names.every((name) => /^[0-9]$/.test(name));
}
