/*
 * Digits on paper as a desk has it: shading, shadows, printed lines, frames and holes. Each function takes ink,
 * (side, side) 0 none to 255 full, and gives the brightness of a picture of it, dark on light.
 */

/** Brightness of paper in full light, of ink, and of a dark desk. */
const [PAPER, INK, DESK] = [225, 55, 70];
/** Standard deviation of a camera's grain. */
const GRAIN = 3;

/** A picture of ink on paper with lines of their own darkness, in light that varies. */
function photo(ink, side, random, { light = () => 1, lines = () => 0 }) {
  return Uint8Array.from(ink, (value, i) => {
    const [x, y] = [i % side, Math.floor(i / side)];
    const share = 1 - (1 - (value / 255) * (1 - INK / PAPER)) * (1 - lines(x, y));
    const brightness = PAPER * (1 - share) * light(x, y) + GRAIN * random.gaussian();
    return Math.max(0, Math.min(255, Math.round(brightness)));
  });
}

/** How far a point lies behind a line through about the middle, at any angle. */
function halfPlane(side, random) {
  const angle = 2 * Math.PI * random.uniform();
  const [a, b] = [Math.cos(angle), Math.sin(angle)];
  const at = (0.4 + 0.2 * random.uniform()) * side;
  return (x, y) => a * (x - at) + b * (y - at);
}

/** 0 to 1, as t goes from -width to width. */
const smoothStep = (t, width) => {
  const s = Math.min(1, Math.max(0, (t / width + 1) / 2));
  return s * s * (3 - 2 * s);
};

/** Lines at a distance from each other, so wide, at a small angle. */
function ruling(side, random, every, width, tilt) {
  const slope = tilt * (2 * random.uniform() - 1);
  const from = every * random.uniform();
  return (x, y) => {
    const along = y + slope * (x - side / 2) + from;
    const apart = Math.abs((((along % every) + every) % every) - every / 2);
    return apart <= width / 2 ? 1 : Math.max(0, 1 - (apart - width / 2));
  };
}

function frame(side, at, width) {
  const inside = (v) => v >= at && v < side - at;
  const within = (v) => v >= at + width && v < side - at - width;
  return (x, y) => (inside(x) && inside(y) && !(within(x) && within(y)) ? 0.75 : 0);
}

/** A square in the middle, of a share of the side, turned by an angle. */
function square(side, share, angle) {
  const [a, b] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const [u, v] = [x - side / 2, y - side / 2];
    return 2 * Math.max(Math.abs(a * u + b * v), Math.abs(a * v - b * u)) < share * side;
  };
}

export const papers = {
  vignette(ink, side, random) {
    const light = (x, y) =>
      1 - 0.6 * ((2 * ((x - side / 2) ** 2 + (y - side / 2) ** 2)) / side ** 2);
    return photo(ink, side, random, { light });
  },
  "hand's shadow"(ink, side, random) {
    const behind = halfPlane(side, random);
    const light = (x, y) => 1 - 0.5 * smoothStep(behind(x, y), 0.08 * side);
    return photo(ink, side, random, { light });
  },
  "hard shadow"(ink, side, random) {
    const behind = halfPlane(side, random);
    const light = (x, y) => 1 - 0.55 * smoothStep(behind(x, y), 1.5);
    return photo(ink, side, random, { light });
  },
  "squared paper"(ink, side, random) {
    const every = side / (9 + 6 * random.uniform());
    const width = 1 + random.uniform();
    const slope = 0.03;
    const rows = ruling(side, random, every, width, slope);
    const columns = ruling(side, random, every, width, slope);
    const dark = 0.25 + 0.15 * random.uniform();
    return photo(ink, side, random, {
      lines: (x, y) => dark * Math.max(rows(x, y), columns(y, x)),
    });
  },
  "ruled paper"(ink, side, random) {
    const rows = ruling(
      side,
      random,
      side / (4 + 4 * random.uniform()),
      1 + random.uniform(),
      0.03,
    );
    const dark = 0.3 + 0.2 * random.uniform();
    return photo(ink, side, random, { lines: (x, y) => dark * rows(x, y) });
  },
  "frame inside"(ink, side, random) {
    const lines = frame(side, Math.round((0.03 + 0.06 * random.uniform()) * side), 3);
    return photo(ink, side, random, { lines });
  },
  "frame at the edge"(ink, side, random) {
    const lines = frame(side, 0, 2 + Math.round((0.08 * side - 2) * random.uniform()));
    return photo(ink, side, random, { lines });
  },
  "paper on a desk"(ink, side, random) {
    const onPaper = square(side, 0.875, (Math.PI / 30) * (2 * random.uniform() - 1));
    return photo(ink, side, random, { light: (x, y) => (onPaper(x, y) ? 1 : DESK / PAPER) });
  },
  "holes in the margin"(ink, side, random) {
    const radius = 0.03 * side;
    const from = 0.03 + 0.1 * random.uniform();
    const holes = Array.from({ length: 6 }, (_, i) => (from + 0.16 * i) * side);
    const lines = (x, y) =>
      holes.some((at) => (x - 1.5 * radius) ** 2 + (y - at) ** 2 < radius ** 2) ? 0.9 : 0;
    return photo(ink, side, random, { lines });
  },
};

/** Each colour varies by so much. */
const VARIES = 25;

/** A photo of coloured ink on coloured paper, by the light of a lamp in a corner. */
const colours = (inkColour, paperColour) => (ink, side, random) => {
  const varied = (colour) =>
    colour.map((v) => Math.max(0, Math.min(255, v + VARIES * (2 * random.uniform() - 1))));
  const [dark, light] = [varied(inkColour), varied(paperColour)];
  const data = new Uint8Array(3 * side * side);
  for (let i = 0; i < side * side; i++) {
    const lamp = 0.75 + 0.25 * (1 - ((i % side) + Math.floor(i / side)) / (2 * side));
    for (let c = 0; c < 3; c++) {
      const reflected = light[c] + ((dark[c] - light[c]) * ink[i]) / 255;
      data[3 * i + c] = Math.max(
        0,
        Math.min(255, Math.round(reflected * lamp + GRAIN * random.gaussian())),
      );
    }
  }
  return { channels: 3, data };
};

export const coloured = {
  "red on green": colours([190, 50, 50], [60, 160, 80]),
  "green on red": colours([40, 130, 60], [200, 80, 70]),
  "blue on yellow": colours([50, 70, 170], [230, 215, 110]),
  "blue on white": colours([60, 80, 180], [225, 225, 220]),
  "red on white": colours([200, 60, 60], [225, 225, 220]),
  "yellow on white": colours([235, 215, 70], [230, 230, 225]),
  "orange on blue": colours([230, 140, 60], [60, 90, 170]),
};
