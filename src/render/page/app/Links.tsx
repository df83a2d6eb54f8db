import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** A line between two elements, which data-link names. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** Pixels of width. */
  readonly width: number;
  readonly kind: "plain" | "positive" | "negative";
  /** Whether it is drawn faintly, behind those that are looked at. */
  readonly faint: boolean;
}

export interface LinksProps {
  /** What holds the elements; its place is that of the lines. */
  readonly within: RefObject<HTMLElement | null>;
  readonly links: readonly Link[];
}

/** Curved lines from the right edge of elements to the left edge of others, behind both. */
export function Links({ within, links }: LinksProps) {
  const [paths, setPaths] = useState<readonly (Link & { readonly d: string })[]>([]);
  useLayoutEffect(() => {
    const box = within.current!;
    const draw = () => setPaths(links.flatMap((link) => pathOf(link, box)));
    draw();
    const observer = new ResizeObserver(draw);
    observer.observe(box);
    return () => observer.disconnect();
  }, [within, links]);
  return (
    <svg class="links" aria-hidden="true">
      {paths.map(({ from, to, width, kind, faint, d }) => (
        <path
          key={`${from} ${to}`}
          class={faint ? `${kind} faint` : kind}
          d={d}
          stroke-width={width.toFixed(2)}
        />
      ))}
    </svg>
  );
}

function pathOf(link: Link, box: HTMLElement) {
  const of = (name: string) => box.querySelector(`[data-link="${name}"]`)?.getBoundingClientRect();
  const { left, top } = box.getBoundingClientRect();
  const [from, to] = [of(link.from), of(link.to)];
  if (from === undefined || to === undefined) return [];
  const [x0, y0] = [from.right - left, from.top + from.height / 2 - top];
  const [x1, y1] = [to.left - left, to.top + to.height / 2 - top];
  const middle = ((x0 + x1) / 2).toFixed(1);
  const at = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return [
    {
      ...link,
      d: `M${at(x0, y0)}C${middle} ${y0.toFixed(1)} ${middle} ${y1.toFixed(1)} ${at(x1, y1)}`,
    },
  ];
}
