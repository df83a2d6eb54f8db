import type { ComponentChildren } from "preact";

export interface TableProps {
  /** The header of each column. */
  readonly titles: readonly ComponentChildren[];
  /** The first cell of each row is its header. */
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** Limits the height and lets the table scroll. */
  readonly tall?: boolean;
  readonly class?: string;
}

/** A table of figures, which scrolls where the page is too narrow. */
export function Table({ titles, rows, tall = false, class: name }: TableProps) {
  return (
    <div class={tall ? "scroll tall" : "scroll"} tabIndex={tall ? 0 : undefined}>
      <table class={name}>
        <thead>
          <tr>{titles.map((title) => header("col", title))}</tr>
        </thead>
        <tbody>
          {rows.map(([title, ...cells], row) => (
            <tr key={row}>
              {header("row", title)}
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A header cell; long ones are cut off, so that the whole text appears on hover. */
function header(scope: "col" | "row", title: ComponentChildren) {
  return (
    <th scope={scope} title={typeof title === "object" ? undefined : String(title)}>
      {title}
    </th>
  );
}
