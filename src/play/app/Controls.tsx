import { useState } from "preact/hooks";
import { Button } from "../../render/page/app/Button.js";
import { readNumber, type Value, valueText } from "../../settings/entry.js";
import { type RecipeName, recipeNames } from "../../settings/recipes.js";
import { type SettingValues, valuesOf } from "../../settings/settings.js";
import { type Link, MOST_HIDDEN, pageSettings, refusalOf } from "../experiment.js";
import { type Lab, useLab } from "./lab.js";

/** One setting that the page lets change. */
interface Control {
  readonly key: keyof SettingValues | "seed";
  readonly name: string;
  readonly hint: string;
  /** Where the slider stops. */
  readonly stops: readonly (number | null)[];
  /** What null means. */
  readonly none?: string;
  /** Whether the run goes on when it changes. */
  readonly isLive?: boolean;
}

/** 1, 2 and 5 times each power of ten in a range. */
function steps(from: number, to: number): number[] {
  const found: number[] = [];
  for (let power = from; power <= to; power++) {
    for (const digit of [1, 2, 5]) found.push(Number(`${digit}e${power}`));
  }
  return found;
}

const controls: readonly Control[] = [
  {
    key: "learningRate",
    name: "Learning rate",
    hint: "how far each step goes",
    stops: steps(-7, 0),
    isLive: true,
  },
  {
    key: "batchSize",
    name: "Batch size",
    hint: "images per update",
    stops: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000],
  },
  {
    key: "hidden",
    name: "Hidden units",
    hint: `1 to ${MOST_HIDDEN}`,
    stops: [1, 2, 3, 5, 10, 20, 30, 50, 80, 100, 150, 200, 300, MOST_HIDDEN],
  },
  {
    key: "reg",
    name: "L2 penalty",
    hint: "pulls weights to 0",
    stops: [0, ...steps(-6, 1)],
    isLive: true,
  },
  {
    key: "momentum",
    name: "Momentum",
    hint: "share of the last step that is kept",
    stops: [0, 0.5, 0.8, 0.9, 0.95, 0.99],
    isLive: true,
  },
  {
    key: "std",
    name: "Initial weights",
    hint: "their standard deviation",
    stops: [null, 0, ...steps(-5, 0)],
    none: "He",
  },
  {
    key: "limit",
    name: "Images used",
    hint: "to train on",
    stops: [100, 200, 500, 1000, 2000, 5000, 10000, null],
    none: "all",
  },
  {
    key: "seed",
    name: "Random seed",
    hint: "same seed, same run",
    stops: [1, 2, 3, 4, 5, 6, 7, 8],
  },
];

export interface ControlsProps {
  readonly lab: Lab;
}

/** Everything that decides a run. */
export function Controls({ lab }: ControlsProps) {
  const { subject } = useLab(lab);
  const { link, images } = subject;
  const available = images.train.labels.length - link.settings.validation;
  return (
    <fieldset class="controls">
      <legend class="unseen">Settings</legend>
      {controls.map((control) => (
        <SettingControl key={control.key} {...{ lab, control, link, available }} />
      ))}
      <div class="choices">
        <label class="check">
          <input
            type="checkbox"
            checked={link.settings.centring}
            onChange={({ currentTarget }) => lab.change({ centring: currentTarget.checked }, false)}
          />
          Subtract the mean image
        </label>
        <label>
          Start from{" "}
          <select
            value={link.recipe}
            onChange={({ currentTarget }) => lab.setRecipe(currentTarget.value as RecipeName)}
          >
            {recipeNames
              .filter((name) => pageSettings(name).hidden <= MOST_HIDDEN)
              .map((name) => (
                <option key={name} value={name}>
                  recipe {name}
                </option>
              ))}
          </select>
        </label>
        <Length lab={lab} />
        <Speed lab={lab} />
        <CopyLink />
      </div>
    </fieldset>
  );
}

interface SettingProps extends ControlsProps {
  readonly control: Control;
  readonly link: Link;
  /** Images to train on. */
  readonly available: number;
}

function SettingControl({ control, link, available, lab }: SettingProps) {
  const { key, name, hint, none, isLive = false } = control;
  const [problem, setProblem] = useState<string | null>(null);
  const value = key === "seed" ? link.seed : (valuesOf(link.settings)[key] as number | null);
  const stops = control.stops.filter(
    (stop) => key !== "limit" || stop === null || stop < available,
  );
  const place = nearest(stops, value);
  const text = textOf(value, none);
  const set = (next: Value) => {
    const expected = key === "seed" ? seedRefusal(next) : refusalIn(key, next, available);
    setProblem(expected === null ? null : `expected ${expected}`);
    if (expected !== null || next === value) return;
    if (key === "seed") lab.setSeed(next as number);
    else setProblem(lab.change(changesFor(key, next), isLive));
  };
  const id = `set-${key}`;
  return (
    <div class="control">
      <label for={id}>{name}</label>
      <input
        id={id}
        class="value"
        type="text"
        inputMode="decimal"
        autocomplete="off"
        value={text}
        aria-describedby={`${id}-hint`}
        aria-invalid={problem !== null}
        onChange={({ currentTarget }) => {
          const typed = currentTarget.value.trim();
          set(
            none !== undefined && typed.toLowerCase() === none.toLowerCase()
              ? null
              : readNumber(typed),
          );
        }}
      />
      <input
        type="range"
        min={0}
        max={stops.length - 1}
        value={place}
        aria-label={`${name}, in steps`}
        aria-valuetext={text}
        onInput={({ currentTarget }) => set(stops[currentTarget.valueAsNumber])}
      />
      <small
        id={`${id}-hint`}
        class={problem === null ? "" : "red"}
        role={problem === null ? undefined : "alert"}
      >
        {problem ?? hint}
      </small>
    </div>
  );
}

function textOf(value: number | null, none = "none"): string {
  return value === null ? none : valueText(value);
}

/** What else must change with a setting. */
function changesFor(key: keyof SettingValues, value: Value): Partial<SettingValues> {
  const initialization = value === null ? "he" : "normal";
  return key === "std" ? { initialization, std: value as number | null } : { [key]: value };
}

function seedRefusal(seed: Value): string | null {
  const fits = typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0;
  return fits ? null : "a whole number from 0 on";
}

function refusalIn(key: keyof SettingValues, value: Value, available: number): string | null {
  if (key === "limit" && value !== null && !(Number(value) <= available)) {
    return `1 to ${available}, or all`;
  }
  return refusalOf(key, value);
}

/** The stop that is nearest to a value, in powers of ten. */
function nearest(stops: readonly (number | null)[], value: number | null): number {
  const exact = stops.indexOf(value);
  if (exact >= 0) return exact;
  const size = (n: number | null) => Math.log(Math.max(n ?? 0, 1e-9));
  const distance = (n: number | null) => Math.abs(size(n) - size(value));
  return stops.reduce<number>(
    (best, stop, i) => (distance(stop) < distance(stops[best]) ? i : best),
    0,
  );
}

/** When a run ends: after so many updates or epochs, whichever its recipe counts. */
function Length({ lab }: ControlsProps) {
  const { iterations, epochs } = useLab(lab).subject.link.settings;
  const [problem, setProblem] = useState<string | null>(null);
  const key = iterations === null ? "epochs" : "iterations";
  return (
    <label class="length">
      Ends after{" "}
      <input
        id="set-length"
        class="value"
        type="text"
        inputMode="numeric"
        value={iterations ?? epochs ?? ""}
        aria-invalid={problem !== null}
        onChange={({ currentTarget }) => {
          const value = readNumber(currentTarget.value.trim());
          const expected = refusalOf(key, value);
          setProblem(expected ?? lab.change({ [key]: value }, false));
        }}
      />{" "}
      {iterations === null ? "epochs" : "updates"}
      {problem !== null && (
        <small class="red" role="alert">
          {" "}
          expected {problem}
        </small>
      )}
    </label>
  );
}

const speeds: readonly (readonly [name: string, speed: number | null])[] = [
  ["as fast as it can", null],
  ["50 updates a second", 50],
  ["5 updates a second", 5],
];

function Speed({ lab }: ControlsProps) {
  const { speed } = useLab(lab);
  return (
    <label>
      Speed{" "}
      <select
        value={String(speed)}
        onChange={({ currentTarget: { value } }) =>
          lab.setSpeed(value === "null" ? null : Number(value))
        }
      >
        {speeds.map(([name, value]) => (
          <option key={name} value={String(value)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Copies the address, which holds the experiment. */
function CopyLink() {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid("Copied.");
    } catch {
      setSaid("Copy it from the address bar.");
    }
  };
  return (
    <span>
      <Button onClick={copy}>Copy link to this experiment</Button>{" "}
      <small role="status">{said}</small>
    </span>
  );
}
