import type { ComponentChildren } from "preact";
import { useDrop } from "./drop.js";
import { type PadPicture, pictureAmong } from "./picture.js";

export interface PictureProps {
  readonly picture: PadPicture;
}

/** Buttons to choose a picture and, where there is a finger instead of a mouse, to take one. */
export function PictureInput({ picture }: PictureProps) {
  const hasCamera = matchMedia("(pointer: coarse)").matches;
  return (
    <>
      <p class="buttons">
        <Choice id="picture" picture={picture}>
          Read a picture
        </Choice>
        {hasCamera && (
          <Choice id="photo" picture={picture} isPhoto>
            Take a photo
          </Choice>
        )}
        <small>Or drop or paste one.</small>
      </p>
      <p id="picture-said" class="hint" role="status">
        {picture.said}
      </p>
    </>
  );
}

interface ChoiceProps extends PictureProps {
  readonly id: string;
  readonly isPhoto?: boolean;
  readonly children: ComponentChildren;
}

function Choice({ id, picture, isPhoto = false, children }: ChoiceProps) {
  return (
    <label class="file">
      <span>{children}</span>
      <input
        id={id}
        type="file"
        accept="image/*"
        capture={isPhoto ? "environment" : undefined}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file !== undefined) picture.take(file);
          currentTarget.value = "";
        }}
      />
    </label>
  );
}

/** What a picture can be dropped on. */
export function PictureDrop({
  picture,
  children,
}: PictureProps & { readonly children: ComponentChildren }) {
  const { isOver, on } = useDrop((files) => {
    const file = pictureAmong(files);
    if (file !== undefined) picture.take(file);
  });
  // The button beside it does the same by keyboard.
  return (
    <div class={isOver ? "drop over" : "drop"} {...on}>
      {children}
    </div>
  );
}
