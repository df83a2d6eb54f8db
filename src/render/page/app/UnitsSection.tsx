import { useMemo, useState } from "preact/hooks";
import { strongestFirst, unitStrengths } from "../../../inspect/hiddenUnits.js";
import { largestSize } from "../../palette.js";
import { Button } from "./Button.js";
import { ScaleChoice } from "./ScaleChoice.js";
import type { NetProps, SectionProps } from "./sectionProps.js";
import { UnitTiles } from "./UnitTiles.js";

/** The number of units shown at first. */
const SHOWN = 60;

/** The weights of each hidden unit as an image. */
export function UnitsSection(props: SectionProps) {
  const { net } = props.report;
  return typeof net === "string" ? net : <Units {...props} net={net} />;
}

function Units(props: NetProps) {
  const { net, report } = props;
  const { hiddenSize: H } = report.payload;
  const [all, setAll] = useState(false);
  const [shared, setShared] = useState(false);
  const [open, setOpen] = useState<number | null>(null);
  const units = useMemo(() => strongestFirst(unitStrengths(net.parameters)), [net]);
  const strongest = useMemo(() => largestSize(net.parameters.W1.data), [net]);
  return (
    <>
      <p class="lead">
        Each tile shows the weights from the pixels to one hidden unit. The most influential units
        come first. Select one to see which classes it favors and which images excite it.
      </p>
      <ScaleChoice most={strongest} shared={shared} onChange={setShared} of="all units" />
      <UnitTiles
        {...props}
        units={all ? units : units.slice(0, SHOWN)}
        most={shared ? strongest : null}
        open={open}
        onOpen={setOpen}
      />
      {H > SHOWN && !all && (
        <p class="buttons">
          <Button onClick={() => setAll(true)}>Show all {H}</Button>
        </p>
      )}
    </>
  );
}
