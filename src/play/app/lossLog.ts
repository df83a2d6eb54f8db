/** Losses that are kept; of longer runs, means of two, four or more updates each. */
const MOST_KEPT = 20_000;

/** The losses of a run, however long it is, in bounded memory. */
export class LossLog {
  #values: number[] = [];
  /** Updates behind each value. */
  #each = 1;
  /** Of the updates that make no whole value yet. */
  #sum = 0;
  #count = 0;
  #last: number | null = null;
  #length = 0;

  add(losses: ArrayLike<number>): void {
    for (let i = 0; i < losses.length; i++) this.#addOne(losses[i]);
  }

  #addOne(loss: number): void {
    this.#last = loss;
    this.#length++;
    this.#sum += loss;
    this.#count++;
    if (this.#count < this.#each) return;
    this.#values.push(this.#sum / this.#count);
    [this.#sum, this.#count] = [0, 0];
    if (this.#values.length === MOST_KEPT) this.#halve();
  }

  #halve(): void {
    const half = Array.from({ length: MOST_KEPT / 2 }, (_, i) => {
      return (this.#values[2 * i] + this.#values[2 * i + 1]) / 2;
    });
    this.#values = half;
    this.#each *= 2;
  }

  get values(): readonly number[] {
    return this.#values;
  }

  get each(): number {
    return this.#each;
  }

  /** Updates in all. */
  get length(): number {
    return this.#length;
  }

  /** Of the last update; null before the first. */
  get last(): number | null {
    return this.#last;
  }
}
