/*
 * How many float32 multiply-adds a second one thread of this machine does at best through
 * WebAssembly: v128 mul and add over data that stays in the nearest cache, with nothing else to do.
 * Prints the best speed and the shape of the loop that reached it.
 */
import { setFlagsFromString } from "node:v8";
import asc from "assemblyscript/asc";

// Some versions of V8 never optimise a kernel that is called so seldom; this leaves out its quick compiler.
setFlagsFromString("--no-liftoff");

/** Bytes that a kernel goes through: half of the smallest nearest cache in use, 32 KB. */
const BYTES = 16384;
/** Where they begin; AssemblyScript keeps the bytes before. */
const START = 1024;
const SECONDS_A_TRY = 0.03;
const WARM_UP = 4;
const TRIES = 5;

/** How many sums stay in registers, and how many rows of that many v128 one turn adds. */
const shapes = [4, 5, 6, 7, 8, 10].flatMap((sums) => [1, 4].map((rows) => ({ sums, rows })));

const nameOf = ({ sums, rows }) => `sums${sums}rows${rows}`;
const bytesPerTurn = ({ sums, rows }) => 16 * sums * rows;

/** A kernel of this shape in AssemblyScript. */
function sourceOf(shape) {
  const { sums, rows } = shape;
  const each = (count, line) => Array.from({ length: count }, (_, i) => line(i)).join("\n");
  const multiplyAdd = (i) => {
    const sum = `s${i % sums}`;
    return `${sum} = f32x4.add(${sum}, f32x4.mul(c, v128.load(at, ${16 * i})));`;
  };
  const turn = bytesPerTurn(shape);
  return `
    export function ${nameOf(shape)}(passes: u32): f32 {
      const c = f32x4.splat(1.5);
      ${each(sums, (i) => `let s${i} = f32x4.splat(0);`)}
      for (let pass: u32 = 0; pass < passes; pass++) {
        for (let at: usize = ${START}; at <= ${START + BYTES - turn}; at += ${turn}) {
          ${each(sums * rows, multiplyAdd)}
        }
      }
      ${each(sums - 1, (i) => `s0 = f32x4.add(s0, s${i + 1});`)}
      return f32x4.extract_lane(s0, 0);
    }`;
}

/** Multiply-adds a second of a kernel, the best of some tries. */
function speedOf(kernel, shape) {
  const turn = bytesPerTurn(shape);
  const multiplyAddsPerPass = (Math.floor(BYTES / turn) * turn) / 4;
  let passes = 1000;
  let best = 0;
  // V8 optimises the kernel during the first calls, which also tell how many passes fill a try.
  for (let attempt = -WARM_UP; attempt < TRIES; attempt++) {
    const started = performance.now();
    kernel(passes);
    const seconds = (performance.now() - started) / 1000;
    if (attempt < 0) passes = Math.max(1, Math.round((passes * SECONDS_A_TRY) / seconds));
    else best = Math.max(best, (multiplyAddsPerPass * passes) / seconds);
  }
  return best;
}

const { error, binary, stderr } = await asc.compileString(shapes.map(sourceOf).join("\n"), {
  optimizeLevel: 3,
  runtime: "stub",
  initialMemory: 1,
  enable: "simd",
});
if (error) throw new Error(`the kernels do not compile:\n${stderr}`);
const kernels = new WebAssembly.Instance(new WebAssembly.Module(binary)).exports;

const measured = shapes.map((shape) => ({
  ...shape,
  multiplyAddsPerSecond: speedOf(kernels[nameOf(shape)], shape),
}));
measured.sort((a, b) => b.multiplyAddsPerSecond - a.multiplyAddsPerSecond);
process.stdout.write(`${JSON.stringify(measured[0])}\n`);
