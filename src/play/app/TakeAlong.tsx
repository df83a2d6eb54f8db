import { useState } from "preact/hooks";
import { decodeModel, encodeModel } from "../../documents/model.js";
import { InputError } from "../../errors.js";
import { counted } from "../../render/numbers.js";
import { Button } from "../../render/page/app/Button.js";
import { useDrop } from "../../render/page/app/drop.js";
import { MOST_HIDDEN } from "../experiment.js";
import { imagesFrom } from "./droppedImages.js";
import { type Lab, type Subject, useLab } from "./lab.js";
import { type Live, useLive } from "./live.js";
import { modelFile } from "./modelFile.js";
import { Part } from "./Part.js";

export interface TakeAlongProps {
  readonly lab: Lab;
}

/** The network as a file, a network from a file, and more images. */
export function TakeAlong({ lab }: TakeAlongProps) {
  const { live } = lab;
  const { subject } = useLab(lab);
  const { phase, frame } = useLive(live, 200);
  const [said, setSaid] = useState<string | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const canSave = frame !== null && phase !== "running" && phase !== "waiting";
  const tell = (done: string | null, problem: string | null = null) => {
    setSaid(done);
    setFailed(problem);
  };
  const take = async (files: readonly File[]) => {
    try {
      tell(await load(lab, files));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      tell(null, error.message);
    }
  };
  return (
    <Part
      id="take"
      heading="Take it along"
      lead={
        <>
          The network as <code>model.json</code>, which mnist-eval, mnist-show and mnist-report
          read; or one that mnist-train made. With the four IDX files of MNIST the page trains on
          all 60000 images instead of its own 20000.
        </>
      }
    >
      <p class="buttons">
        <Button id="save" disabled={!canSave} onClick={() => frame && save(live, subject)}>
          Download model.json
        </Button>
        <FileChoice onFiles={take} />
        {!canSave && <small>Pause to download.</small>}
      </p>
      <DropZone onFiles={take} />
      <p id="taken" role="status">
        {said}
      </p>
      {failed !== null && (
        <p id="failed" class="notice" role="alert">
          {failed}
        </p>
      )}
    </Part>
  );
}

/** Begins a run with what files hold; returns what that is, in words. */
async function load(lab: Lab, files: readonly File[]): Promise<string> {
  const { subject } = lab.state;
  const [file] = files;
  if (files.length === 1 && file.name.endsWith(".json")) {
    lab.begin(await withModel(subject, file), [], false);
    return `${file.name} is loaded: Train goes on from its weights.`;
  }
  const images = await imagesFrom(files, subject.images);
  lab.begin({ images, from: null }, [], false);
  const [trained, tested] = [images.train.labels.length, images.test.labels.length];
  return `${counted(trained, "training image")} and ${counted(tested, "test image")} are loaded.`;
}

interface FilesProps {
  readonly onFiles: (files: readonly File[]) => void;
}

function FileChoice({ onFiles }: FilesProps) {
  return (
    <label class="file">
      <span>Load a model, or IDX files</span>
      <input
        id="files"
        type="file"
        multiple
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </label>
  );
}

function DropZone({ onFiles }: FilesProps) {
  const { isOver, on } = useDrop(onFiles);
  // The input above does the same by keyboard.
  return (
    <div id="drop" class={isOver ? "empty over" : "empty"} {...on}>
      Or drop files here.
    </div>
  );
}

function save(live: Live, subject: Subject): void {
  const text = encodeModel(modelFile(live.state, subject));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = "model.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The subject with the net of a model file; it must be one for the page's images. */
async function withModel(subject: Subject, file: File): Promise<Subject> {
  const model = decodeModel(await file.text(), file.name);
  const { parameters, preprocessing } = model;
  const { rows, columns } = subject.images.train;
  const [H, C] = parameters.W2.shape;
  const found = `a net for images of ${preprocessing.rows} x ${preprocessing.columns} with ${H} hidden units and ${C} classes`;
  const expected = `${rows} x ${columns}, 1 to ${MOST_HIDDEN} hidden units, 10 classes`;
  const fits =
    preprocessing.rows === rows &&
    preprocessing.columns === columns &&
    C === 10 &&
    H <= MOST_HIDDEN;
  if (!fits)
    throw new InputError(`${file.name}: ${found}, expected ${expected}; choose another model`);
  const { scale, meanImage } = preprocessing;
  const { validation, every } = subject.link.settings;
  const settings = {
    ...(model.settings ?? subject.link.settings),
    hidden: H,
    scale,
    validation,
    every,
  };
  return {
    ...subject,
    from: { parameters, meanImage },
    link: { ...subject.link, settings: { ...settings, limit: null }, preset: null },
  };
}
