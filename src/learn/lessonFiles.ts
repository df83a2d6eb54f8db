import { type Piece, solutionText, stubText } from "./piece.js";
import { pieces } from "./pieces/index.js";
import { tensorText } from "./tensorText.js";

/** A file of a lesson's folder. */
export interface LessonFile {
  /** Its name in the folder. */
  readonly name: string;
  readonly text: string;
}

/** The name of a piece's file. */
export const fileNameOf = (piece: Piece): string => `${piece.name}.mjs`;

/**
 * All files of a new lesson: a stub for each piece, tensor.mjs, which all of them share, and a README.
 * Their names end in .mjs: a package.json beside them would keep npx from finding mnist-learn in a clone.
 *
 * @param chosen the pieces to write; the others come finished. All by default
 */
export function lessonFiles(chosen: readonly Piece[] = pieces): LessonFile[] {
  const files = pieces.map((piece) => ({
    name: fileNameOf(piece),
    text: chosen.includes(piece) ? stubText(piece) : solutionText(piece),
  }));
  return [
    { name: "README.md", text: readme(chosen) },
    { name: "tensor.mjs", text: tensorText },
    ...files,
  ];
}

function readme(chosen: readonly Piece[]): string {
  const list = pieces.map((piece, i) => {
    const state = chosen.includes(piece) ? "" : " (finished for you)";
    return `${i + 1}. ${piece.title}: ${fileNameOf(piece)}${state}`;
  });
  return `# A neural network, written by you

Each file holds one piece of a network that reads handwritten digits. Open it, read the comment, replace the
TODO, save, and run

    npx mnist-learn

It checks the next piece and says what is wrong. Failing at first is expected: that is how the check tells you
what is left to do. \`npx mnist-learn watch\` checks on every save, \`npx mnist-learn hint\` gives a hint, and
\`npx mnist-learn train\` trains on MNIST with your layers.

## The pieces, in order

${list.join("\n")}

Each piece is checked with our finished version of all others, so you may take them in any order.

## Numbers with a shape

Every layer takes and returns tensors: \`{ data, shape }\`. \`data\` is a Float64Array or a Float32Array with all
numbers, row by row, and \`shape\` has the size of each dimension. The number in row n and column d of a tensor of
shape [N, D] is

    x.data[n * D + d]

tensor.mjs makes them: \`zerosLike(x)\` is a tensor of zeros in the shape of x, \`zerosLike(x, N, M)\` one of another
shape, and \`tensor([1, 2, 3, 4], 2, 2)\` one of given numbers. Never change what a function is given; make
something new. (sgd-step.mjs is the one exception, and says so.)

## Names

N examples, D inputs, H hidden units, C classes. \`dout\` is the upstream gradient: how much the loss changes with
each number that the layer returned. \`dx\`, \`dW\` and \`db\` say the same of x, W and b.
`;
}
