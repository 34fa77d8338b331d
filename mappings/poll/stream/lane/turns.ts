import type { Room } from '../../room.ts';

/** The machine's environments as the lanes of one mapping share them: of those that wait, one is offered each free place. */
export class Turns {
  readonly #room: Room;
  readonly #waiting = new Set<() => void>();
  #freed: Disposable | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  get free(): boolean {
    return this.#room.free;
  }

  /** A batch begins to run; disposing ends it. */
  enter(): Disposable {
    return this.#room.enter();
  }

  /** Calls `offered` once there is a free place; who does not take it then calls `pass`. Disposing leaves the line. */
  wait(offered: () => void): Disposable {
    this.#waiting.add(offered);
    this.#freed ??= this.#room.onFree(() => this.pass());
    return { [Symbol.dispose]: () => this.#leave(offered) };
  }

  /** Offers a free place to whoever has waited longest. */
  pass(): void {
    if (!this.#room.free) return;
    const [first] = this.#waiting;
    first?.();
  }

  #leave(offered: () => void): void {
    this.#waiting.delete(offered);
    if (this.#waiting.size > 0) return;
    this.#freed?.[Symbol.dispose]();
    this.#freed = undefined;
  }
}
