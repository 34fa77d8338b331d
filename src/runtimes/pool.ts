import { type Clock, realClock } from '../core/clock.ts';

/** What the pool keeps: one execution environment or a stand-in. */
export interface Pooled {
  end(): Promise<void>;
}

interface Slot<Item> {
  readonly key: string;
  readonly group: string;
  readonly item: Item;
  freedAtMs: number;
  /** Its code or configuration changed while it ran. */
  retired: boolean;
}

/** A borrowed environment; returning it makes it the next one to be reused. */
export interface Lease<Item> {
  readonly item: Item;
  release(): void;
}

interface Waiter<Item> {
  readonly key: string;
  readonly group: string;
  readonly make: () => Item;
  readonly resolve: (lease: Lease<Item>) => void;
}

/**
 * Environments, reused most recently freed first. At most `capacity` exist at a time: one that idles gives way to another
 * function's, the one idle for longest first; when all are busy, callers wait in the order they came.
 */
export class Pool<Item extends Pooled> implements AsyncDisposable {
  readonly #capacity: number;
  readonly #idleMs: number;
  readonly #clock: Clock;
  readonly #idle = new Map<string, Slot<Item>[]>();
  readonly #busy = new Set<Slot<Item>>();
  readonly #ending = new Set<Promise<void>>();
  readonly #waiting: Waiter<Item>[] = [];
  #idleCount = 0;
  #sweep: Disposable | undefined;
  #closed = false;

  constructor(options: { readonly capacity: number; readonly idleMs: number; readonly clock?: Clock }) {
    this.#capacity = options.capacity;
    this.#idleMs = options.idleMs;
    this.#clock = options.clock ?? realClock;
  }

  /**
   * A warm environment of this key, or a new one; at once when there is room, else by promise.
   * @param group what {@link retire} names, e.g. the function's ARN
   */
  acquire(key: string, group: string, make: () => Item): Lease<Item> | Promise<Lease<Item>> {
    const warm = this.#takeIdle(key);
    if (warm) return this.#lease(warm);
    if (this.#makeRoom()) return this.#lease(this.#create(key, group, make));
    return new Promise((resolve) => this.#waiting.push({ key, group, make, resolve }));
  }

  /** Ends the idle environments of the group; busy ones end when they are released. */
  async retire(group: string): Promise<void> {
    for (const slot of this.#busy) if (slot.group === group) slot.retired = true;
    const idle = [...this.#idle.values()].flat().filter((slot) => slot.group === group);
    for (const slot of idle) this.#end(slot);
    await Promise.all(this.#ending);
  }

  /** Ends all; borrowed ones too. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#sweep?.[Symbol.dispose]();
    for (const slot of [...this.#idle.values()].flat()) this.#end(slot);
    for (const slot of this.#busy) this.#dispose(slot);
    await Promise.all(this.#ending);
  }

  #lease(slot: Slot<Item>): Lease<Item> {
    let held = true;
    return {
      item: slot.item,
      release: () => {
        if (held) this.#release(slot);
        held = false;
      },
    };
  }

  #release(slot: Slot<Item>): void {
    this.#busy.delete(slot);
    if (this.#closed) return;
    const next = slot.retired ? undefined : this.#waiting[0];
    if (next?.key === slot.key) {
      this.#waiting.shift();
      this.#busy.add(slot);
      next.resolve(this.#lease(slot));
      return;
    }
    if (slot.retired) this.#dispose(slot);
    else this.#putIdle(slot);
    this.#serve();
  }

  /** Serves those who wait, in order, as far as there is room. */
  #serve(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const warm = this.#takeIdle(next.key);
      if (!warm && !this.#makeRoom()) return;
      this.#waiting.shift();
      next.resolve(this.#lease(warm ?? this.#create(next.key, next.group, next.make)));
    }
  }

  #create(key: string, group: string, make: () => Item): Slot<Item> {
    const slot = { key, group, item: make(), freedAtMs: 0, retired: false };
    this.#busy.add(slot);
    return slot;
  }

  #makeRoom(): boolean {
    if (this.#busy.size + this.#idleCount < this.#capacity) return true;
    const oldest = this.#oldestIdle();
    if (oldest) this.#end(oldest);
    return oldest !== undefined;
  }

  #oldestIdle(): Slot<Item> | undefined {
    let oldest: Slot<Item> | undefined;
    for (const [slot] of this.#idle.values())
      if (slot && !(oldest && oldest.freedAtMs <= slot.freedAtMs)) oldest = slot;
    return oldest;
  }

  #takeIdle(key: string): Slot<Item> | undefined {
    const slots = this.#idle.get(key);
    const slot = slots?.pop();
    if (!slot) return undefined;
    if (slots?.length === 0) this.#idle.delete(key);
    this.#idleCount -= 1;
    this.#busy.add(slot);
    return slot;
  }

  #putIdle(slot: Slot<Item>): void {
    slot.freedAtMs = this.#clock.nowMs();
    const slots = this.#idle.get(slot.key);
    if (slots) slots.push(slot);
    else this.#idle.set(slot.key, [slot]);
    this.#idleCount += 1;
    this.#sweep ??= this.#clock.setTimer(this.#idleMs, () => this.#endIdle());
  }

  /** Ends what has idled for long enough; one timer serves all. */
  #endIdle(): void {
    this.#sweep = undefined;
    const now = this.#clock.nowMs();
    for (let oldest = this.#oldestIdle(); oldest; oldest = this.#oldestIdle()) {
      const leftMs = oldest.freedAtMs + this.#idleMs - now;
      if (leftMs > 0) {
        this.#sweep = this.#clock.setTimer(leftMs, () => this.#endIdle());
        return;
      }
      this.#end(oldest);
    }
  }

  #end(slot: Slot<Item>): void {
    const slots = this.#idle.get(slot.key) ?? [];
    slots.splice(slots.indexOf(slot), 1);
    if (slots.length === 0) this.#idle.delete(slot.key);
    this.#idleCount -= 1;
    this.#dispose(slot);
  }

  #dispose(slot: Slot<Item>): void {
    const ended = slot.item.end().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
