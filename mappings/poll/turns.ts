import { realClock } from '../../src/core/clock.ts';
import type { Room } from './room.ts';

/** A place on the machine. Disposing leaves it to others. */
export interface Place extends Disposable {
  /** Asked after a batch: whether there may be another; if not, the place was left to somebody who waits. */
  mayGoOn(): boolean;
}

/**
 * How long a mapping keeps a place that others want, in real time: another function's environment has to be started for
 * them, which takes longer than many a batch.
 */
const TURN_MS = 1000;

/**
 * The machine's environments as one mapping uses them. However many of its lanes wait, it stands in line once: of the
 * mappings the one that has waited longest goes first, and of its lanes likewise. A queue's mapping has but one.
 */
export class Turns {
  readonly #room: Room;
  readonly #waiting = new Set<(place: Place) => void>();
  #inLine: Disposable | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  get free(): boolean {
    return this.#room.free;
  }

  /** Takes a free place. */
  take(): Place {
    return this.#placeIn(this.#room.enter(), realClock.nowMs());
  }

  /** Calls `given` once, with a place; who has no use for it any more disposes of it. Disposing leaves the line. */
  wait(given: (place: Place) => void): Disposable {
    this.#waiting.add(given);
    this.#standInLine();
    return { [Symbol.dispose]: () => this.#leave(given) };
  }

  #standInLine(): void {
    this.#inLine ??= this.#room.wait((held) => {
      this.#inLine = undefined;
      if (this.#waiting.size > 1) this.#standInLine();
      this.#give(this.#placeIn(held, realClock.nowMs()));
    });
  }

  #placeIn(held: Disposable, sinceMs: number): Place {
    const isOver = () => this.#room.isWanted && realClock.nowMs() - sinceMs >= TURN_MS;
    const pass = () => {
      if (isOver() || this.#waiting.size === 0) held[Symbol.dispose]();
      else this.#give(this.#placeIn(held, sinceMs));
    };
    return {
      mayGoOn: () => {
        const isAlone = this.#waiting.size === 0;
        if (isAlone && !isOver()) return true;
        pass();
        return false;
      },
      [Symbol.dispose]: pass,
    };
  }

  #give(place: Place): void {
    const [first] = this.#waiting;
    if (first) this.#leave(first);
    if (first) first(place);
    else place[Symbol.dispose]();
  }

  #leave(given: (place: Place) => void): void {
    this.#waiting.delete(given);
    if (this.#waiting.size > 0) return;
    this.#inLine?.[Symbol.dispose]();
    this.#inLine = undefined;
  }
}
