import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageShaping } from "../payload.js";
import { weightsOf } from "../shaping.js";
import { Button } from "./Button.js";
import { PixelImage } from "./PixelImage.js";
import type { Report } from "./report.js";
import { ScaleChoice } from "./ScaleChoice.js";
import type { ReportProps } from "./sectionProps.js";

/** Milliseconds of each moment when the run is played. */
const STEP = 250;

/** The weights of hidden units at the moment that a slider chooses. */
export function ShapingSection({ report }: ReportProps) {
  const { shaping } = report.payload;
  return shaping === null ? (
    "This report was made without snapshots."
  ) : (
    <Shaping report={report} shaping={shaping} />
  );
}

function Shaping({ report, shaping }: { report: Report; shaping: PageShaping }) {
  const { moments, units, scales, left } = shaping;
  const [moment, setMoment] = useState(moments.length - 1);
  const [shared, setShared] = useState(false);
  const pictures = useMemo(() => picturesAt(report, shaping, moment), [report, shaping, moment]);
  const strongest = Math.max(...scales);
  return (
    <>
      <p class="lead">
        Weights into {units.length} hidden units, those that end as the most influential, at{" "}
        {moments.length} moments of the run{left > 0 && ` (${left} more have no room in the page)`}.
      </p>
      <MomentSlider moments={moments} moment={moment} onChange={setMoment} />
      <ScaleChoice
        most={strongest}
        shared={shared}
        onChange={setShared}
        of="all units and the whole run"
      />
      <ul class="images units">
        {units.map((unit, u) => (
          <li key={unit}>
            <div class="image">
              <PixelImage
                shape={report.payload}
                values={pictures[u]}
                kind="signed"
                most={shared ? strongest : undefined}
                size={84}
                label={`Weights of hidden unit ${unit} ${moments[moment]}`}
              />
              <small>unit {unit}</small>
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

interface SliderProps {
  readonly moments: readonly string[];
  readonly moment: number;
  readonly onChange: (moment: number) => void;
}

/** Chooses a moment of the run, or plays them one after another. */
function MomentSlider({ moments, moment, onChange }: SliderProps) {
  const last = moments.length - 1;
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    if (moment === last) return setPlaying(false);
    const timer = setTimeout(() => onChange(moment + 1), STEP);
    return () => clearTimeout(timer);
  }, [playing, moment, last, onChange]);
  const play = () => {
    if (moment === last) onChange(0);
    setPlaying(!playing);
  };
  return (
    <p class="moment">
      <Button onClick={play}>{playing ? "Stop" : "Play"}</Button>
      <input
        type="range"
        id="moment"
        min={0}
        max={last}
        value={moment}
        aria-label="Moment of the run"
        aria-valuetext={moments[moment]}
        onInput={(event) => {
          setPlaying(false);
          onChange(Number(event.currentTarget.value));
        }}
      />
      <output for="moment">{moments[moment]}</output>
    </p>
  );
}

/** The weights into each shown unit at a moment, (D) each. */
function picturesAt(
  { payload: { rows, columns }, pictures }: Report,
  { units, scales }: PageShaping,
  moment: number,
): Float32Array[] {
  const D = rows * columns;
  return units.map((_, u) => {
    const n = moment * units.length + u;
    return weightsOf(pictures.subarray(n * D, (n + 1) * D), scales[n]);
  });
}
