import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Live, type LiveState, useLive } from "./live.js";

export interface PartProps {
  readonly id: string;
  readonly heading: string;
  /** What the part is about. */
  readonly lead: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the page. */
export function Part({ id, heading, lead, children }: PartProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{heading}</h2>
      <p class="lead">{lead}</p>
      {children}
    </section>
  );
}

export interface LivePartProps {
  readonly live: Live;
  /** Milliseconds between two drawings. */
  readonly every: number;
  readonly content: (state: LiveState) => ComponentChildren;
}

/** What follows a run, drawn while it is in view. */
export function LivePart({ live, every, content }: LivePartProps) {
  const box = useRef<HTMLDivElement>(null);
  const state = useLive(live, every, useInView(box));
  return <div ref={box}>{content(state)}</div>;
}

function useInView(box: RefObject<HTMLElement | null>): boolean {
  const [inView, setInView] = useState(true);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setInView(entries.some(({ isIntersecting }) => isIntersecting)),
      { rootMargin: "100px" },
    );
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
  return inView;
}
