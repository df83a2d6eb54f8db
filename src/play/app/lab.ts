import { useEffect, useState } from "preact/hooks";
import { SettingError } from "../../errors.js";
import { flagOf } from "../../settings/flagName.js";
import type { RecipeName } from "../../settings/recipes.js";
import { changeSettings, type SettingValues } from "../../settings/settings.js";
import type { PageImages } from "../digits.js";
import { fragmentOf, type Link, pageSettings, readFragment } from "../experiment.js";
import type { LoadedNet } from "../messages.js";
import type { Held } from "./held.js";
import { Live } from "./live.js";

/** What the page trains: an experiment, on its images, and from loaded weights if there are any. */
export interface Subject {
  readonly link: Link;
  readonly images: PageImages;
  readonly from: LoadedNet | null;
}

interface LabState {
  readonly subject: Subject;
  /** Updates a second at most; null for as many as it can. */
  readonly speed: number | null;
  /** What the page says about the last change. */
  readonly said: readonly string[];
}

/** Where the experiment of the page is chosen: controls, questions, files and the address all change it here. */
export class Lab {
  readonly live: Live;
  state: LabState;
  readonly #listeners = new Set<() => void>();

  constructor(readonly held: Held) {
    this.live = new Live(held);
    const { link, problems } = readFragment(location.hash);
    this.state = { subject: { link, images: held.images, from: null }, speed: null, said: [] };
    this.begin({}, problems, false);
    addEventListener("hashchange", () => {
      const { link, problems } = readFragment(location.hash);
      this.begin({ link, from: null }, [...problems, "The address changed: a new run."], false);
    });
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(changes: Partial<LabState>): void {
    this.state = { ...this.state, ...changes };
    for (const listener of this.#listeners) listener();
  }

  /**
   * Begins a run.
   *
   * @param changes what differs from the subject so far
   * @param words   what the page says of it
   * @param goes    whether it trains at once; by default where a run was going on
   */
  begin(
    changes: Partial<Subject>,
    words: readonly string[],
    goes = this.live.state.phase === "running",
  ): void {
    const { live, state, held } = this;
    const subject = { ...state.subject, ...changes };
    if (subject.images !== state.subject.images) live.give(subject.images, held.kernels);
    this.#set({ subject, said: words });
    const { settings, seed } = subject.link;
    live.start({ settings, seed, from: subject.from, mutant: null, speed: state.speed });
    if (goes) live.go(Number.MAX_SAFE_INTEGER);
    keepFragment(subject.link);
  }

  /**
   * Changes settings: on the way where a run can change them, else with a new run.
   *
   * @returns why it cannot; null if it can
   */
  change(changes: Partial<SettingValues>, isLive: boolean): string | null {
    const { live } = this;
    const { subject, speed } = this.state;
    const nameOf = (key: string) => flagOf(key).replace("--", "");
    try {
      const settings = changeSettings(subject.link.settings, changes, nameOf);
      const link = { ...subject.link, settings };
      const { phase, frame } = live.state;
      const goesOn = phase === "running" || phase === "paused";
      if (isLive && goesOn && (frame?.iteration ?? 0) > 0) {
        live.change(settings, speed);
        const from = (frame?.iteration ?? 0) + 1;
        const said = [`Changed from update ${from} on; a run of this link starts with it.`];
        this.#set({ subject: { ...subject, link }, said });
        keepFragment(link);
      } else {
        const from = changes.hidden === undefined ? subject.from : null;
        const words = isLive ? [] : ["That cannot change on the way: the run starts again."];
        this.begin({ link, from }, words);
      }
      return null;
    } catch (error) {
      if (error instanceof SettingError) return error.message;
      throw error;
    }
  }

  setSpeed(speed: number | null): void {
    this.#set({ speed });
    this.live.change(this.state.subject.link.settings, speed);
  }

  setSeed(seed: number): void {
    this.begin({ link: { ...this.state.subject.link, seed } }, ["Another seed: a new run."]);
  }

  setRecipe(recipe: RecipeName): void {
    const settings = pageSettings(recipe);
    const link = { ...this.state.subject.link, recipe, settings, preset: null };
    this.begin({ link, from: null }, [`The settings of ${recipe}: a new run.`]);
  }
}

/** The state of the lab. */
export function useLab(lab: Lab): LabState {
  const [state, setState] = useState(lab.state);
  useEffect(() => lab.listen(() => setState(lab.state)), [lab]);
  return state;
}

/** Keeps the experiment in the address, without a step back in the browser's history. */
function keepFragment(link: Link): void {
  const fragment = fragmentOf(link);
  const { pathname, search } = location;
  try {
    history.replaceState(null, "", fragment === "" ? pathname + search : `#${fragment}`);
  } catch {
    // A browser that keeps addresses of files as they are.
  }
}
