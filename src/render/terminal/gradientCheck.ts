import type { NetGradientCheck } from "../../learn/netGradients.js";

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A relative error of 1e-12 or less is the lowest block, one of 1 the highest. */
function block(error: number): string {
  const height = error > 0 ? Math.log10(Math.min(1, error)) / 12 + 1 : 0;
  return BLOCKS[Math.max(0, Math.min(BLOCKS.length - 1, Math.round(height * (BLOCKS.length - 1))))];
}

const small = (error: number) => (error === 0 ? "0" : error.toExponential(1));

/**
 * The gradient check of a net in lines of text: for each strength of L2 and each parameter what was found, and
 * the error for steps from 1e-3 to 1e-9.
 */
export function gradientText(checks: readonly NetGradientCheck[]): string {
  const regs = [...new Set(checks.map(({ reg }) => reg))];
  const lines = regs.flatMap((reg) => [
    reg === 0 ? "without L2" : `with L2, reg = ${reg}`,
    ...checks.filter((check) => check.reg === reg).flatMap(checkLines),
    "",
  ]);
  return [...lines, ...LEGEND].join("\n");
}

const LEGEND = [
  "largest, median: relative error, |analytic - numeric| / the larger of the two.",
  "  Above 1e-2 a gradient is wrong, above 1e-4 doubtful (CS231n's notes).",
  "h: that error for steps of 1e-3 to 1e-9. A right gradient makes a V: large",
  "  steps are coarse, small ones drown in rounding. A wrong one stays high.",
];

function checkLines(check: NetGradientCheck): string[] {
  const { name, verdict, largest, median, checked, atKinks, bothZero, worst, finding } = check;
  const sweep = check.sweep.map(({ error }) => block(error)).join("");
  const skipped = atKinks === 0 ? "" : `, ${atKinks} skipped at kinks`;
  const zero = bothZero === 0 ? "" : `, ${bothZero} both zero`;
  const head = [
    `  ${name}`,
    verdict.padEnd(8),
    `largest ${small(largest).padEnd(7)}`,
    `median ${small(median).padEnd(7)}`,
    `h ${sweep}`,
    `${checked} checked`,
  ];
  const lines = [`${head.join("  ")}`];
  const more = `${skipped}${zero}`.replace(/^, /, "");
  if (more !== "") lines.push(`      ${more}`);
  if (verdict !== "right" && worst !== null) {
    const { place, analytic, numeric } = worst;
    lines.push(
      `      worst: d${name}${place} is ${analytic.toPrecision(6)}, numerically ${numeric.toPrecision(6)}`,
    );
  }
  if (finding !== null) lines.push(`      ${finding}`);
  return lines;
}
