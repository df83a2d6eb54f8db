import { checkIdxLength } from "../../dataset/idx.js";
import { type IdxContent, type Kind, pairsOf, readHeaderOf } from "../../dataset/idxPairs.js";
import { InputError, refuse } from "../../errors.js";
import type { PageImages } from "../digits.js";

/** What the names of the four files of MNIST and its relatives have in common. */
const roles = {
  trainImages: { name: "train-images", kind: "images" },
  trainLabels: { name: "train-labels", kind: "labels" },
  testImages: { name: "t10k-images", kind: "images" },
  testLabels: { name: "t10k-labels", kind: "labels" },
} as const satisfies Record<string, { name: string; kind: Kind }>;

const EXPECTED =
  "one model.json, or the four IDX files train-images, train-labels, t10k-images and t10k-labels";

/**
 * The images of four IDX files, raw or gzipped.
 *
 * @param now the images of the page, whose size those of the files must have
 * @throws {InputError} when a file is missing, cut short, or does not fit the others
 */
export async function imagesFrom(files: readonly File[], now: PageImages): Promise<PageImages> {
  const read = async ({ name, kind }: { readonly name: string; readonly kind: Kind }) => {
    const file = files.find((other) => other.name.startsWith(name));
    if (file === undefined) {
      const names = files.map((other) => other.name).join(", ");
      refuse(names || "no file", `no file of ${name}`, EXPECTED, "select them together");
    }
    return contentOf(file, kind);
  };
  const { train, test, least } = pairsOf({
    trainImages: await read(roles.trainImages),
    trainLabels: await read(roles.trainLabels),
    testImages: await read(roles.testImages),
    testLabels: await read(roles.testLabels),
  });
  const { rows, columns } = now.train;
  if (train.rows !== rows || train.columns !== columns || least > 10) {
    const found = `images of ${train.rows} x ${train.columns} in ${least} classes`;
    refuse("these files", found, `${rows} x ${columns}, at most 10 classes`, "use mnist-train");
  }
  return { train, test };
}

async function contentOf(file: File, kind: Kind): Promise<IdxContent> {
  const raw = new Uint8Array(await file.arrayBuffer());
  const bytes = raw[0] === 0x1f && raw[1] === 0x8b ? await unzipped(file) : raw;
  const header = readHeaderOf(kind, bytes, file.name);
  checkIdxLength(header, bytes.length, file.name);
  return { path: file.name, shape: header.shape, values: bytes.subarray(header.headerBytes) };
}

async function unzipped(file: File): Promise<Uint8Array> {
  try {
    const stream = file.stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch {
    throw new InputError(
      `${file.name}: gzip data that cannot be unpacked, expected a whole gzip file; it is cut short or damaged, fetch it again`,
    );
  }
}
