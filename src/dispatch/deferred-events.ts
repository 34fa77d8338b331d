import type { Arn } from '../core/arn.ts';
import type { Random } from '../core/random.ts';

/** Spread over the second half of a back-off, so that it still doubles. */
const SPREAD = 0.5;

/**
 * The events of each function that wait after a throttle. One alone keeps to the back-off; of many, all but one would meet
 * a busy function again if they came back together, until the event age dropped most of them. AWS reads a long queue more
 * slowly instead. docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class DeferredEvents {
  readonly #random: Random;
  readonly #waiting = new Map<Arn, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** An event begins to wait. */
  enter(functionArn: Arn): void {
    this.#waiting.set(functionArn, (this.#waiting.get(functionArn) ?? 0) + 1);
  }

  /** It is tried again. One that waited when the process started was never counted. */
  leave(functionArn: Arn): void {
    const left = (this.#waiting.get(functionArn) ?? 0) - 1;
    if (left > 0) this.#waiting.set(functionArn, left);
    else this.#waiting.delete(functionArn);
  }

  /** Nothing waits any more. */
  clear(): void {
    this.#waiting.clear();
  }

  /** Share of its back-off by which the next event comes earlier: none when no other waits. */
  spread(functionArn: Arn): number {
    return this.#waiting.has(functionArn) ? SPREAD * this.#random.fraction() : 0;
  }
}
