import { describe, expect, it } from "vitest";
import { answerAfterStep, backwardThrough, unitsBySlope } from "../../src/inspect/backward.js";
import { passThrough } from "../../src/inspect/explain.js";
import { weightsInto } from "../../src/inspect/hiddenUnits.js";
import { initialize } from "../../src/net/initialize.js";
import { TwoLayerNet } from "../../src/net/twoLayerNet.js";
import { Random } from "../../src/random.js";
import { type BackwardView, stepsWithOutcomes } from "../../src/render/backwardView.js";
import { backwardSvg } from "../../src/render/svg/backwardSvg.js";
import { backwardText } from "../../src/render/terminal/backwardText.js";

const plain = { paint: null, wrong: (text: string) => text };

/** The way back of a random image through a random net. */
function viewOf({ rows = 28, columns = 28, classes = 10, hidden = 200, rate = 0.1 } = {}) {
  const size = { inputSize: rows * columns, hiddenSize: hidden, classCount: classes, std: 0.3 };
  const net = new TwoLayerNet(initialize(size, Random.fromSeed(2)));
  const random = Random.fromSeed(3);
  const pixels = Array.from({ length: rows * columns }, () => 255 * random.uniform());
  const meanImage = new Float32Array(rows * columns).fill(120);
  const preprocessing = { rows, columns, scale: 1 / 255, meanImage };
  const backward = backwardThrough(net, passThrough(net, pixels, preprocessing), classes - 1);
  const { passed, stopped } = unitsBySlope(backward);
  const unit = [...passed, ...stopped][0];
  const view: BackwardView = {
    backward,
    after: answerAfterStep(net, backward, rate),
    afterShare: answerAfterStep(net, backward, rate / 100),
    learningRate: rate,
    batchSize: 100,
    classNames: Array.from({ length: classes }, (_, c) => `class ${c} & its <name>`),
    passed,
    stopped,
    unit,
    change: weightsInto(backward.gradients.W1, unit),
    rows,
    columns,
  };
  return view;
}

const linesOf = (view: BackwardView, width: number, height: number) =>
  backwardText(view, { width, height }, plain).split("\n");

describe("the way back as text", () => {
  it("fits 80 columns and 24 lines, with its caption and the prompt after it", () => {
    for (const rate of [0.1, 0.000123]) {
      const lines = linesOf(viewOf({ rate }), 80, 24);
      expect(lines.length).toBeLessThanOrEqual(22);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });

  it("uses the height of a taller terminal for more units and classes", () => {
    expect(linesOf(viewOf(), 80, 40)).toHaveLength(38);
    const many = viewOf({ classes: 62 });
    expect(linesOf(many, 80, 24).filter((line) => line.startsWith("class "))).toHaveLength(11);
    expect(linesOf(many, 80, 80).filter((line) => line.startsWith("class "))).toHaveLength(62);
  });

  it("lists the label where there is no room for all classes", () => {
    const many = viewOf({ classes: 62 });
    expect(
      linesOf({ ...many, classNames: many.classNames.map((_, c) => String(c)) }, 80, 24),
    ).toContainEqual(expect.stringMatching(/^ +61 +\S+ +1 +-/));
  });

  it("stays within a narrow terminal, where the picture stands below the numbers", () => {
    for (const width of [42, 50, 60, 79]) {
      for (const line of linesOf(viewOf(), width, 24)) {
        expect(line.length, line).toBeLessThanOrEqual(width);
      }
    }
  });

  it("shows images of any size", () => {
    for (const [rows, columns] of [
      [4, 5],
      [100, 120],
      [1, 300],
    ]) {
      const lines = linesOf(viewOf({ rows, columns, classes: 3, hidden: 8 }), 80, 24);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });
});

describe("the outcome of the step", () => {
  const last = (view: BackwardView) => stepsWithOutcomes(view, "").at(-1)!.slice(1);

  it("has no remark where the loss falls, one where it rises, another where it is not finite", () => {
    const view = viewOf();
    const after = (loss: number) => ({ ...view, after: { ...view.after, loss } });
    const { loss } = view.backward;
    expect(last(after(loss / 2))[0]).not.toContain(",");
    expect(last(after(loss + 1))[0]).toMatch(/, the step is too long$/);
    expect(last(after(Number.NaN))[0]).toMatch(/NaN, the step is far too long$/);
  });

  it("speaks of a batch only where the run had one", () => {
    expect(last(viewOf())).toHaveLength(2);
    expect(last({ ...viewOf(), batchSize: 1 })).toHaveLength(1);
  });
});

it("the picture has a grid of units before and after the ReLU, the image and its change; names stay text", () => {
  const svg = backwardSvg("<caption>", viewOf());
  expect(svg.match(/<image /g)).toHaveLength(4);
  expect(svg).toContain("dscores = p - y");
  expect(svg).toContain("&lt;caption&gt;");
  expect(svg).not.toMatch(/<name>|<caption>/);
});
