/** Signals of requests in progress, so that what only waits ends when the gateway stops. */
export class OpenSignals {
  readonly #open = new Set<AbortController>();
  #hasEnded = false;

  add(controller: AbortController): void {
    if (this.#hasEnded) controller.abort(stopping());
    else this.#open.add(controller);
  }

  delete(controller: AbortController): void {
    this.#open.delete(controller);
  }

  /** Aborts all, and each that comes later. */
  end(): void {
    this.#hasEnded = true;
    for (const controller of this.#open) controller.abort(stopping());
  }
}

const stopping = () => new Error('Headwater is stopping');
