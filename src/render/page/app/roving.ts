import { useLayoutEffect, useRef } from "preact/hooks";

/*
 * A group of many buttons is one stop of the Tab key; arrow keys move inside it.
 */

/** What an element gets that is such a group. */
export interface Roving<T extends HTMLElement> {
  readonly ref: { current: T | null };
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocusIn: (event: FocusEvent) => void;
}

/**
 * Makes the buttons of an element, in whatever order and grid they stand, one stop of the Tab key: the one that had
 * focus last, else one that is pressed, else the first. Groups inside such a group, marked with data-own, are left out.
 */
export function useRoving<T extends HTMLElement>(): Roving<T> {
  const ref = useRef<T>(null);
  const last = useRef<HTMLElement | null>(null);
  const update = () => {
    const all = buttonsOf(ref.current);
    const pressed = all.find((button) => button.getAttribute("aria-pressed") === "true");
    const stop = all.find((button) => button === last.current) ?? pressed ?? all[0];
    for (const button of all) button.tabIndex = button === stop ? 0 : -1;
  };
  useLayoutEffect(update); // after every render, since buttons come and go
  return {
    ref,
    onFocusIn: ({ target }) => {
      if (!buttonsOf(ref.current).includes(target as HTMLElement)) return;
      last.current = target as HTMLElement;
      update();
    },
    onKeyDown: (event) => {
      const all = buttonsOf(ref.current);
      const from = all.indexOf(event.target as HTMLElement);
      const to = from < 0 ? undefined : target(event.key, all, from);
      if (to === undefined) return;
      event.preventDefault();
      to.focus();
    },
  };
}

/** The buttons of a group, without those of groups inside it. */
function buttonsOf(group: HTMLElement | null): HTMLElement[] {
  const all = [...(group?.querySelectorAll<HTMLElement>("button") ?? [])];
  return all.filter((button) => {
    const own = button.closest("[data-own]");
    return own === null || own === group || !group?.contains(own);
  });
}

/** Where a key leads from a button; undefined for other keys, and at an edge. */
function target(key: string, all: readonly HTMLElement[], from: number): HTMLElement | undefined {
  switch (key) {
    case "ArrowLeft":
      return all[from - 1];
    case "ArrowRight":
      return all[from + 1];
    case "Home":
      return all[0];
    case "End":
      return all[all.length - 1];
    case "ArrowUp":
      return inNextRow(all, from, -1);
    case "ArrowDown":
      return inNextRow(all, from, 1);
    default:
      return undefined;
  }
}

/** The nearest button of the next row up (-1) or down (1). */
function inNextRow(all: readonly HTMLElement[], from: number, way: 1 | -1) {
  const places = all.map((button) => button.getBoundingClientRect());
  const { top, left, height } = places[from];
  const distances = places.map((place) => {
    const rows = way * (place.top - top);
    // A row further is worse than any place in the next one.
    return rows < height / 2 ? Number.POSITIVE_INFINITY : 1000 * rows + Math.abs(place.left - left);
  });
  const nearest = Math.min(...distances);
  return Number.isFinite(nearest) ? all[distances.indexOf(nearest)] : undefined;
}
