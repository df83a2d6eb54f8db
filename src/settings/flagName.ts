/** The flag of a setting, or of anything else: "--batch-size"; the one that turns a switch off. */
export function flagOf(key: string, on = true): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return on ? `--${name}` : `--no-${name}`;
}
