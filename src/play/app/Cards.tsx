import { Button } from "../../render/page/app/Button.js";

export interface CardsProps<Name extends string> {
  readonly names: readonly Name[];
  readonly titleOf: (name: Name) => string;
  readonly chosen: Name | null;
  readonly onChoose: (name: Name) => void;
}

/** Things to try, of which one is chosen. */
export function Cards<Name extends string>({ names, titleOf, chosen, onChoose }: CardsProps<Name>) {
  return (
    <ul class="cards">
      {names.map((name) => (
        <li key={name}>
          <Button aria-pressed={name === chosen} onClick={() => onChoose(name)}>
            {titleOf(name)}
          </Button>
        </li>
      ))}
    </ul>
  );
}
