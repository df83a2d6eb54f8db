import { useMemo } from "preact/hooks";
import { mix } from "../../random.js";
import { Button } from "../../render/page/app/Button.js";

export interface GuessProps {
  readonly question: string;
  /** The first one is right. */
  readonly guesses: readonly string[];
  /** What was guessed; null before. */
  readonly guess: string | null;
  readonly onGuess: (guess: string) => void;
  /** Whether the answer may be told. */
  readonly isOver: boolean;
}

/** A question, what one may guess, and in the end whether that was right. */
export function Guess({ question, guesses, guess, onGuess, isOver }: GuessProps) {
  // In an order that gives nothing away, and is the same for a whole class.
  const order = useMemo(() => {
    const place = (text: string) =>
      mix(Array.from(text).reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) >>> 0, 7));
    return [...guesses].sort((a, b) => place(a) - place(b));
  }, [guesses]);
  const [right] = guesses;
  return (
    <div class="guess">
      <p class="guess-question">{question}</p>
      <ul>
        {order.map((text) => (
          <li key={text}>
            <Button
              class={isOver && text === right ? "right" : ""}
              aria-pressed={text === guess}
              onClick={() => onGuess(text)}
            >
              {text}
              {isOver && text === right && " ✓"}
            </Button>
          </li>
        ))}
      </ul>
      {isOver && guess !== null && (
        <p role="status">
          {guess === right ? "You guessed right." : `It was: ${right.toLowerCase()}.`}
        </p>
      )}
    </div>
  );
}
