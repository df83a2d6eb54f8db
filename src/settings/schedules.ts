import { SettingError } from "../errors.js";
import { cos, power } from "../math.js";
import {
  above,
  describeRange,
  inRange,
  number,
  numberOrNull,
  type ValueOf,
  whole,
  word,
} from "./entry.js";

/*
 * Everything about the learning-rate schedules: fields, formulas, and the flags that stand for them.
 */

/** Where an update stands in its run. */
interface Progress {
  /** Whole epochs before it. */
  readonly epoch: number;
  /** Share done of the updates that follow the warm-up, 0..1. */
  readonly share: number;
}

interface Kind<Fields> {
  /** Its fields, with their values when only the kind is given. */
  readonly defaults: Fields;
  /** Whether it spans the whole run and ends near 0, so that a longer run differs from its first update. */
  readonly spansRun?: true;
  /** Whether it starts with a rise of its own, and so takes no warm-up. */
  readonly rises?: true;
  /** What multiplies the learning rate. */
  readonly factor: (fields: Fields, progress: Progress) => number;
}

/** Gives a kind the type of its fields. */
const kind = <Fields>(kind: Kind<Fields>) => kind;

/** The kinds of schedules. With a warm-up, the first updates rise linearly, and the curve follows. */
export const schedules = {
  /** A factor after every epoch. */
  exponential: kind({
    defaults: { decay: 0.99 },
    factor: ({ decay }, { epoch }) => power(decay, epoch),
  }),
  /** A factor every few epochs. */
  step: kind({
    defaults: { decay: 0.1, every: 10 },
    factor: ({ decay, every }, { epoch }) => power(decay, Math.floor(epoch / every)),
  }),
  /** Down to 0: I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017. */
  cosine: kind({
    defaults: {},
    spansRun: true,
    factor: (_, { share }) => alongCosine(1, 0, share),
  }),
  /** Up, then down: L. N. Smith, "A Disciplined Approach to Neural Network Hyper-Parameters", 2018. */
  "one-cycle": kind({
    defaults: {},
    spansRun: true,
    rises: true,
    factor: (_, { share }) => {
      const [start, top, end] = [1 / 25, 0.3, 1e-4 / 25];
      if (share < top) return alongCosine(start, 1, share / top);
      return alongCosine(1, end, (share - top) / (1 - top));
    },
  }),
} as const;

/** From one value to another along half a cosine; share 0..1 of the way. */
function alongCosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + cos(share * 3.141592653589793))) / 2;
}

/** The name of a schedule. */
export type ScheduleKind = keyof typeof schedules;
const kinds = Object.keys(schedules) as ScheduleKind[];

/** How the learning rate changes: `{ kind: "step", decay: 0.1, every: 10 }`. */
export type Schedule = {
  [K in ScheduleKind]: Readonly<{ kind: K } & (typeof schedules)[K]["defaults"]>;
}[ScheduleKind];

/** The values of each field. */
const ranges = { decay: above(0, 1), every: whole(1, 1e6) } as const;
const fields = Object.keys(ranges) as (keyof typeof ranges)[];
/** What plain values hold for the kinds without a field. */
const none = { decay: 1, every: null } as const;

/** The plain values of a schedule, as flags and files hold them: its kind, and one for each field. */
export const scheduleEntries = {
  schedule: word(kinds, "exponential", "learning-rate schedule", { older: "exponential" }),
  decay: number(ranges.decay, 0.99, "learning-rate factor, per epoch (exponential) or per step"),
  stepEpochs: numberOrNull(ranges.every, null, "epochs between the drops of --schedule step", {
    older: null,
    needs: ["schedule", "step"],
  }),
};
type Entries = typeof scheduleEntries;
export type ScheduleValues = { readonly [K in keyof Entries]: ValueOf<Entries[K]> };

/** The plain values of a schedule. */
export function scheduleValues(schedule: Schedule): ScheduleValues {
  const { kind, decay, every } = { ...none, ...schedule };
  return { schedule: kind, decay, stepEpochs: every };
}

/** The schedule of plain values; `checkSchedule` refuses it if it has a field that its kind lacks. */
export function scheduleFrom({ schedule: kind, decay, stepEpochs }: ScheduleValues): Schedule {
  const values = { decay, every: stepEpochs };
  const held = fields.filter(
    (field) => field in schedules[kind].defaults || values[field] !== none[field],
  );
  return { kind, ...Object.fromEntries(held.map((field) => [field, values[field]])) } as Schedule;
}

/** The plain values that a kind brings if it replaces another one. */
export function valuesOfKind(kind: ScheduleKind): ScheduleValues & { readonly warmUp?: 0 } {
  const { defaults, rises } = schedules[kind];
  const values = scheduleValues({ kind, ...defaults } as Schedule);
  return rises ? { ...values, warmUp: 0 } : values;
}

/** What multiplies the learning rate at an update after the warm-up. */
export function scheduleFactor(schedule: Schedule, progress: Progress): number {
  const { factor } = schedules[schedule.kind] as unknown as Kind<Schedule>;
  return factor(schedule, progress);
}

/** Whether a schedule spans the whole run and ends near 0. */
export function spansRun({ kind }: Schedule): boolean {
  return schedules[kind].spansRun === true;
}

/**
 * Checks a schedule and the warm-up before it.
 *
 * @param nameOf what an error calls a setting
 * @throws {SettingError} naming the kind, and the field or warm-up that it cannot have
 */
export function checkSchedule(
  schedule: Schedule,
  warmUp: number,
  nameOf: (setting: string) => string,
): void {
  const { kind, ...held }: { kind: ScheduleKind; [field: string]: unknown } = Object(schedule);
  const refuse = (found: string, expected: string) => {
    throw new SettingError(nameOf("schedule"), found, expected);
  };
  if (!kinds.includes(kind)) refuse(String(kind), `one of ${kinds.join(", ")}`);
  const { defaults, rises } = schedules[kind];
  for (const field of fields) {
    const found = `${kind} with ${field} ${held[field]}`;
    if (field in defaults) {
      if (!inRange(held[field], ranges[field])) refuse(found, describeRange(ranges[field]));
    } else if (held[field] !== undefined) {
      const others = kinds.filter((other) => field in schedules[other].defaults);
      refuse(found, `no ${field}, a field of ${others.join(" and ")} only`);
    }
  }
  if (!rises || warmUp === 0) return;
  const name = nameOf("warmUp");
  refuse(`${kind} with ${name} ${warmUp}`, `${name} 0, since it starts with a rise of its own`);
}
