/** Work that goes on from a start to a stop, and may be started again. */
export interface StartedWork {
  /** Begins it, unless it is under way. */
  start(): void;
  /** Resolves once what was begun has ended. */
  stop(): Promise<void>;
  isUnderWay(): boolean;
}

/** @param begin begins the work; it resolves when the work has ended, soon after the signal */
export function createStartedWork(begin: (signal: AbortSignal) => Promise<unknown>): StartedWork {
  let underWay: { readonly stop: AbortController; readonly ended: Promise<unknown> } | undefined;
  return {
    start() {
      if (underWay) return;
      const stop = new AbortController();
      underWay = { stop, ended: begin(stop.signal) };
    },
    async stop() {
      const stopping = underWay;
      underWay = undefined;
      stopping?.stop.abort();
      await stopping?.ended;
    },
    isUnderWay: () => underWay !== undefined,
  };
}
