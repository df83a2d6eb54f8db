import { useEffect, useRef, useState } from "preact/hooks";
import type { Section } from "./sections.js";

/** Links to the sections, in sight all the time; the one that one reads is marked. */
export function Nav({ shown }: { readonly shown: readonly Section[] }) {
  const strip = useRef<HTMLElement>(null);
  const current = useCurrent(shown);
  useEffect(() => {
    const link = strip.current?.querySelector<HTMLElement>('[aria-current="true"]');
    if (!link) return;
    const { clientWidth } = strip.current!;
    strip.current!.scrollTo({ left: link.offsetLeft - (clientWidth - link.offsetWidth) / 2 });
  }, [current]);
  return (
    <nav class="sections" aria-label="Parts of the report" ref={strip}>
      {shown.map(({ id, link }) => (
        <a key={id} href={`#${id}`} aria-current={id === current ? "true" : undefined}>
          {link}
        </a>
      ))}
    </nav>
  );
}

/** The section that has reached the upper third of the window; the last one at the end of the page. */
function useCurrent(shown: readonly Section[]): string | undefined {
  const [current, setCurrent] = useState(shown[0]?.id);
  useEffect(() => {
    const follow = () => {
      const { scrollHeight } = document.documentElement;
      const atEnd = scrollY > 0 && scrollY + innerHeight >= scrollHeight - 2;
      const reached = shown.findLast(({ id }) => {
        const { top } = document.getElementById(id)!.getBoundingClientRect();
        return atEnd || top <= innerHeight / 3;
      });
      setCurrent((reached ?? shown[0])?.id);
    };
    follow();
    addEventListener("scroll", follow, { passive: true });
    addEventListener("resize", follow);
    return () => {
      removeEventListener("scroll", follow);
      removeEventListener("resize", follow);
    };
  }, [shown.length]);
  return current;
}
