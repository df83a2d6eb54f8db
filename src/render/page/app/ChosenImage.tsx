import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { passThrough } from "../../../inspect/explain.js";
import { Button } from "./Button.js";
import { inSentence } from "./names.js";
import type { NetProps, PassProps, SectionProps } from "./sectionProps.js";

interface Shown {
  readonly content: (props: PassProps) => JSX.Element;
  /** Whether screen readers announce each new image; one section does, for all. */
  readonly announces: boolean;
}

/** What a section says of the chosen image, below buttons for the others; or why it can say nothing. */
export function forChosenImage(props: SectionProps, shown: Shown): JSX.Element | string {
  const { net, images } = props.report;
  if (typeof net === "string") return net;
  if (images.length === 0) return "There are no test images.";
  return <ChosenImage {...props} {...shown} net={net} />;
}

/** Scrolls to a section and moves focus to its heading, so that screen readers follow. */
export function goToSection(id: string): void {
  const heading = document.getElementById(`${id}-title`)!;
  heading.tabIndex = -1;
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

function ChosenImage({ content: Content, announces, ...props }: NetProps & Shown) {
  const { report, net, chosen, onChoose } = props;
  const { payload, images, preprocessing, noun = "Test image" } = report;
  const { classNames } = payload;
  const { index, label } = payload.images[chosen];
  const image = images[chosen];
  const pass = useMemo(() => passThrough(net, image, preprocessing), [net, image, preprocessing]);
  const { prediction } = pass;
  const move = (by: number) => onChoose((chosen + by + images.length) % images.length);
  return (
    <>
      <p class="buttons">
        <Button onClick={() => move(-1)}>Previous</Button>
        <Button class="next" onClick={() => move(1)}>
          Next
        </Button>
        <span role={announces ? "status" : undefined} class="stepping">
          {noun} {index}, labelled <strong>{inSentence(classNames[label])}</strong>, answered{" "}
          <strong class={prediction === label ? "" : "red"}>
            {inSentence(classNames[prediction])}
          </strong>
        </span>
      </p>
      <Content {...props} pass={pass} />
    </>
  );
}
