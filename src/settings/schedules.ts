import { SettingError } from "../errors.js";
import { cos, power } from "../math.js";
import { above, describeRange, describeValues, type Entry, inRange, whole } from "./entry.js";

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
  /** Whether its curve spans the whole run and ends near 0, so that the length of a run changes every update. */
  readonly spansRun: boolean;
  /** Whether it starts with a rise of its own, and so takes no warm-up. */
  readonly rises?: true;
  /** What multiplies the learning rate. */
  readonly factor: (fields: Fields, progress: Progress) => number;
}

/** Gives a kind the type of its fields. */
const kind = <Fields>(kind: Kind<Fields>) => kind;

/** The kinds of schedules. With a warm-up, the first updates rise linearly, and the curve follows. */
export const schedules = {
  /** A factor after every epoch: decay^epoch. */
  exponential: kind({
    defaults: { decay: 0.99 },
    spansRun: false,
    factor: ({ decay }, { epoch }) => power(decay, epoch),
  }),
  /** A factor now and then: decay^(epoch / every), the exponent rounded down. */
  step: kind({
    defaults: { decay: 0.1, every: 10 },
    spansRun: false,
    factor: ({ decay, every }, { epoch }) => power(decay, Math.floor(epoch / every)),
  }),
  /**
   * Down along half a cosine to 0 (I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm
   * Restarts", 2017).
   */
  cosine: kind({
    defaults: {},
    spansRun: true,
    factor: (_, { share }) => alongCosine(1, 0, share),
  }),
  /**
   * Up along half a cosine, then down (L. N. Smith, "A Disciplined Approach to Neural Network
   * Hyper-Parameters", 2018).
   */
  "one-cycle": kind({
    defaults: {},
    spansRun: true,
    rises: true,
    factor: (_, { share }) => {
      const [start, end, top] = [1 / 25, 1e-4 / 25, 0.3];
      if (share < top) return alongCosine(start, 1, share / top);
      return alongCosine(1, end, (share - top) / (1 - top));
    },
  }),
} as const;

/** From one value to another along half a cosine; share 0..1 of the way. */
function alongCosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + cos(share * 3.141592653589793))) / 2;
}

export type ScheduleKind = keyof typeof schedules;
const kinds = Object.keys(schedules) as ScheduleKind[];

/** How the learning rate changes: `{ kind: "step", decay: 0.1, every: 10 }`. */
export type Schedule = {
  [K in ScheduleKind]: Readonly<{ kind: K } & (typeof schedules)[K]["defaults"]>;
}[ScheduleKind];

/** The flags for a schedule, which are fields of files too: its kind, and one for each field of a kind. */
export const scheduleEntries = {
  schedule: {
    words: kinds,
    default: "exponential",
    older: "exponential",
    help: "learning-rate schedule",
  },
  decay: {
    range: above(0, 1),
    default: schedules.exponential.defaults.decay,
    help: "learning-rate factor, per epoch (exponential) or per step",
  },
  stepEpochs: {
    range: whole(1, 1e6),
    nullable: true,
    default: null,
    older: null,
    needs: ["schedule", "step"],
    help: "epochs between the drops of --schedule step",
  },
} as const satisfies Record<string, Entry>;

/** The entry for each field of a kind, and what it holds for the kinds without that field. */
const fields = {
  decay: { entry: "decay", none: 1 },
  every: { entry: "stepEpochs", none: null },
} as const;
const fieldNames = Object.keys(fields) as (keyof typeof fields)[];

/** A schedule as plain values. */
export interface ScheduleValues {
  readonly schedule: ScheduleKind;
  readonly decay: number;
  readonly stepEpochs: number | null;
}

/** The plain values of a schedule. */
export function scheduleValues(schedule: Schedule): ScheduleValues {
  const held = schedule as Partial<Record<keyof typeof fields, number>>;
  const values = fieldNames.map((field) => {
    const { entry, none } = fields[field];
    return [entry, held[field] ?? none];
  });
  return { schedule: schedule.kind, ...Object.fromEntries(values) };
}

/** The schedule of plain values; `checkSchedule` refuses it if it has a field that its kind lacks. */
export function scheduleFrom(values: ScheduleValues): Schedule {
  const { defaults } = schedules[values.schedule] ?? { defaults: {} };
  const held = fieldNames.filter(
    (field) => field in defaults || values[fields[field].entry] !== fields[field].none,
  );
  const entries = held.map((field) => [field, values[fields[field].entry]]);
  return { kind: values.schedule, ...Object.fromEntries(entries) };
}

/** The plain values that come with a kind when only the kind is given. */
export function defaultsOf(kind: ScheduleKind): ScheduleValues & { readonly warmUp?: 0 } {
  const { defaults, rises } = schedules[kind] as Kind<object>;
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
  return schedules[kind].spansRun;
}

/**
 * Checks a schedule and the warm-up before it.
 *
 * @param nameOf what an error calls a setting
 * @throws {SettingError}
 */
export function checkSchedule(
  schedule: Schedule,
  warmUp: number,
  nameOf: (setting: string) => string,
): void {
  const { kind, ...held } = Object(schedule);
  const refuse = (found: string, expected: string) => {
    throw new SettingError(nameOf("schedule"), found, expected);
  };
  if (!kinds.includes(kind)) refuse(String(kind), describeValues(scheduleEntries.schedule));
  const { defaults, rises } = schedules[kind as ScheduleKind] as Kind<object>;
  for (const field of fieldNames) {
    const { range } = scheduleEntries[fields[field].entry];
    const found = `${kind} with ${field} ${held[field]}`;
    if (field in defaults && !inRange(held[field], range)) refuse(found, describeRange(range));
    if (!(field in defaults) && held[field] !== undefined) {
      const others = kinds.filter((other) => field in schedules[other].defaults);
      refuse(found, `no ${field}, a field of ${others.join(" and ")} only`);
    }
  }
  if (rises && warmUp > 0) {
    const name = nameOf("warmUp");
    refuse(`${kind} with ${name} ${warmUp}`, `${name} 0, since it starts with a rise of its own`);
  }
}
