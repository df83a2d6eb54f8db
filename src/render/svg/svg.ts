/*
 * SVG as text, built so that no outside text can become markup.
 */

/** Escaped markup; only the functions here make it. */
export class Markup {
  private constructor(readonly text: string) {}

  /** An element. Attributes and children that are text are escaped. */
  static element(
    name: string,
    attributes: Readonly<Record<string, string | number>>,
    ...children: readonly (Markup | string)[]
  ): Markup {
    const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
    const inside = children.map((child) => (child instanceof Markup ? child.text : escaped(child)));
    const start = `<${name}${given.join("")}`;
    return new Markup(inside.length === 0 ? `${start}/>` : `${start}>${inside.join("")}</${name}>`);
  }
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text escaped for XML; characters that XML does not allow become the replacement character. */
function escaped(value: string | number): string {
  return String(value)
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"']/g, (character) => entities[character]);
}
