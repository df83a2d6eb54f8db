import { type ComponentChildren, Fragment } from "preact";
import { weightsInto } from "../../../inspect/hiddenUnits.js";
import { Button } from "./Button.js";
import { PixelImage } from "./PixelImage.js";
import { useRoving } from "./roving.js";
import type { NetProps } from "./sectionProps.js";
import { UnitDetail } from "./UnitDetail.js";

export interface UnitTilesProps extends NetProps {
  /** The units to show, in their order. */
  readonly units: readonly number[];
  /** The weight of the full color; null for the strongest of each unit. */
  readonly most: number | null;
  /** The unit whose detail is open; null for none. */
  readonly open: number | null;
  readonly onOpen: (unit: number | null) => void;
  /** What stands below a tile; its number by default. */
  readonly caption?: (unit: number) => ComponentChildren;
}

/** Hidden units as tiles; the detail of the open one stands below its row. */
export function UnitTiles({ units, most, open, onOpen, caption, ...props }: UnitTilesProps) {
  const roving = useRoving<HTMLUListElement>();
  const { W1 } = props.net.parameters;
  return (
    <ul class="images units" aria-label="Hidden units; arrow keys move between them" {...roving}>
      {units.map((h) => (
        <Fragment key={h}>
          <li>
            <Button
              class="image"
              aria-pressed={h === open}
              onClick={() => onOpen(h === open ? null : h)}
            >
              <PixelImage
                shape={props.report.payload}
                values={weightsInto(W1, h)}
                kind="signed"
                most={most ?? undefined}
                size={84}
                label={`Weights of hidden unit ${h}`}
              />
              <small>{caption === undefined ? h : caption(h)}</small>
            </Button>
          </li>
          {h === open && (
            <li class="detail">
              <UnitDetail {...props} unit={h} />
            </li>
          )}
        </Fragment>
      ))}
    </ul>
  );
}
