export interface TableProps {
  /** What each column holds. */
  readonly titles: readonly string[];
  /** The first cell of each names its row. */
  readonly rows: readonly (readonly (string | number)[])[];
  /** Whether it may be long, so that it gets a height and scrolls. */
  readonly tall?: boolean;
}

/** Figures in rows and columns; scrolls where the page is too narrow. */
export function Table({ titles, rows, tall = false }: TableProps) {
  return (
    <div class={tall ? "scroll tall" : "scroll"} tabIndex={tall ? 0 : undefined}>
      <table>
        <thead>
          <tr>
            {titles.map((title) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], row) => (
            <tr key={`${row} ${name}`}>
              <th scope="row" title={String(name)}>
                {name}
              </th>
              {cells.map((cell, i) => (
                <td key={titles[i + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
