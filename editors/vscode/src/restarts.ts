/** Whether a server that ended by itself is started again: not if it keeps ending. Knows nothing of VS Code. */

/** How many ends in how many milliseconds are too many. */
const TOO_MANY = 5;
const WITHIN = 180_000;

export const GIVING_UP = `The language server ended ${TOO_MANY} times within three minutes, and is not started again.`;

export class Ends {
  #times: number[] = [];

  /** Counts an end, at `now` in milliseconds. `false`: that is one too many. */
  isStartWorthwhile(now: number): boolean {
    this.#times = [...this.#times.filter((it) => now - it < WITHIN), now];
    return this.#times.length < TOO_MANY;
  }

  forget(): void {
    this.#times = [];
  }
}
