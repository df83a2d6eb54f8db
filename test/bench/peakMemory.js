/* Imported before a command: at its end, the most memory that it held goes into a file, in bytes. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { maxRSS } = process.resourceUsage(); // in kilobytes
  writeFileSync(process.env.BENCH_PEAK_MEMORY, String(1024 * maxRSS));
});
