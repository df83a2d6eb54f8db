import { lossText, percent } from "../../render/numbers.js";
import { Button } from "../../render/page/app/Button.js";
import { type Live, type LiveState, useLive } from "./live.js";

export interface ToolbarProps {
  readonly live: Live;
  readonly onReset: () => void;
}

/** Starts and stops a run, and says where it stands; it stays in view. */
export function Toolbar({ live, onReset }: ToolbarProps) {
  const state = useLive(live, 100);
  const { phase, started } = state;
  const runs = phase === "running";
  const over = phase === "ended" || phase === "refused" || phase === "waiting";
  const left = epochLeft(state);
  return (
    <div class="toolbar" role="toolbar" aria-label="Training">
      <div class="buttons">
        <Button
          id="play-button"
          class="main"
          disabled={over}
          onClick={() => live.go(runs ? 0 : (started?.iterations ?? 0))}
        >
          {runs ? "Pause" : "Train"}
        </Button>
        <Button disabled={over || runs} onClick={() => live.go(1)}>
          One update
        </Button>
        <Button disabled={over || runs} onClick={() => live.go(left)}>
          One epoch
        </Button>
        <Button onClick={onReset}>Reset</Button>
      </div>
      <Figures state={state} />
    </div>
  );
}

/** Updates to the end of this epoch, or of the next one where one has just ended. */
function epochLeft({ started, frame }: LiveState): number {
  const perEpoch = started?.iterationsPerEpoch ?? 1;
  return perEpoch - ((frame?.iteration ?? 0) % perEpoch);
}

function Figures({ state }: { readonly state: LiveState }) {
  const { frame, started, loss, validation } = state;
  const iteration = frame?.iteration ?? 0;
  const speed = frame?.speed ?? null;
  const accuracy = validation.at(-1)?.accuracy ?? started?.start?.validationAccuracy ?? null;
  const batch = started === null ? 0 : started.trainingImages / started.iterationsPerEpoch;
  return (
    <dl class="figures">
      <Figure name="update" value={`${iteration}`} of={started && ` / ${started.iterations}`} />
      <Figure name="epoch" value={(frame?.epoch ?? 0).toFixed(1)} />
      <Figure name="loss" value={loss.last === null ? "–" : lossText(loss.last)} />
      <Figure
        name="validation"
        value={accuracy === null ? "–" : percent(accuracy, 1)}
        id="accuracy"
      />
      <Figure name="updates/s" value={speed === null ? "–" : speed.toFixed(0)} />
      <Figure name="images/s" value={speed === null ? "–" : (speed * batch).toFixed(0)} />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly of?: string | null;
  readonly id?: string;
}

function Figure({ name, value, of, id }: FigureProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd id={id ?? `figure-${name.replace("/", "-")}`}>
        {value}
        {of && <small>{of}</small>}
      </dd>
    </div>
  );
}
