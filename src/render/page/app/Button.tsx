import type { JSX } from "preact";

/** A button, or a plain box of the same class where there is nothing to click. */
export function Button({ children, ...props }: JSX.IntrinsicElements["button"]) {
  if (props.onClick === undefined) return <div class={props.class}>{children}</div>;
  return (
    <button type="button" {...props}>
      {children}
    </button>
  );
}
