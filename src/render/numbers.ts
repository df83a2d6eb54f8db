/** A share in percent with two decimals: 97.62 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
