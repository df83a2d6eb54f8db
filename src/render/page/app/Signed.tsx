import { ofAnySize } from "../../numbers.js";

/** A number in the color of its sign. */
export function Signed({ value }: { readonly value: number }) {
  const color = value > 0 ? "red" : value < 0 ? "blue" : "";
  return <span class={color}>{ofAnySize(value)}</span>;
}
