import { realClock } from '../core/clock.ts';
import type { ExitReason } from './function-errors.ts';
import { type FunctionProcess, type ProcessTools, type StartOptions, startProcess } from './function-process.ts';
import { type InvocationResult, type NextInvocation, RuntimeApi } from './runtime-api.ts';

/** What became of a process that was started: whether it asked for an invocation, and else why not. */
export type InitResult =
  | { readonly kind: 'ready'; readonly session: Session }
  | { readonly kind: 'init-error'; readonly body: Buffer; readonly errorType: string | undefined }
  | { readonly kind: 'exited'; readonly reason: ExitReason }
  | { readonly kind: 'timeout' };

/** What became of an invocation. */
export type RunResult =
  | InvocationResult
  | { readonly kind: 'exited'; readonly reason: ExitReason }
  | { readonly kind: 'timeout' };

/** One initialised process with its Runtime API, from its start to its end. It runs one invocation at a time. */
export class Session {
  readonly #api: RuntimeApi;
  readonly #process: FunctionProcess;
  #onResult: ((result: RunResult) => void) | undefined;
  #onReady: ((ready: boolean) => void) | undefined;
  #alive = true;

  private constructor(api: RuntimeApi, process: FunctionProcess) {
    this.#api = api;
    this.#process = process;
  }

  /** Starts a process and waits until it is ready, has failed, or `limitMs` of real time have passed. */
  static async start(options: {
    readonly launch: (port: number) => StartOptions;
    readonly limitMs: number;
    readonly tools: ProcessTools;
  }): Promise<InitResult> {
    let settle: (result: InitResult) => void = () => {};
    const result = new Promise<InitResult>((resolve) => {
      settle = resolve;
    });
    let session: Session | undefined;
    const api = new RuntimeApi({
      onNext: () => {
        if (!session) return;
        settle({ kind: 'ready', session });
        session.#tellReady(true);
      },
      onInitError: (body, errorType) => settle({ kind: 'init-error', body, errorType }),
      onResult: (outcome) => session?.settle(outcome),
    });
    const process = startProcess(options.launch(await api.listen()), options.tools);
    session = new Session(api, process);
    const started = session;
    void process.exited.then((reason) => {
      started.end();
      settle({ kind: 'exited', reason });
      started.settle({ kind: 'exited', reason });
    });
    using _limit = realClock.setTimer(options.limitMs, () => settle({ kind: 'timeout' }));
    const outcome = await result;
    // A first reading, in case the process ends before there is another.
    process.peakMemoryMb();
    if (outcome.kind !== 'ready') {
      started.end();
      if (outcome.kind !== 'exited') await process.exited;
    }
    return outcome;
  }

  /** Whether an invocation can be handed over at once. */
  get isReady(): boolean {
    return this.#alive && this.#api.isWaiting;
  }

  /**
   * Waits until the runtime asks for the next invocation, which may take a while after it has answered the last one; false
   * when it ends instead, or does not ask within `limitMs` and is ended for it.
   */
  async whenReady(limitMs: number): Promise<boolean> {
    if (!this.#alive || this.#api.isWaiting) return this.#alive;
    using _limit = realClock.setTimer(limitMs, () => this.end());
    return await new Promise((resolve) => {
      this.#onReady = resolve;
    });
  }

  #tellReady(ready: boolean): void {
    this.#onReady?.(ready);
    this.#onReady = undefined;
  }

  /** Runs one invocation in a session that is ready; `onResult` is called once. After a timeout the process is gone. */
  run(invocation: NextInvocation, timeoutMs: number, onResult: (result: RunResult) => void): void {
    this.#api.deliver(invocation);
    const limit = realClock.setTimer(timeoutMs, () => {
      this.end();
      this.settle({ kind: 'timeout' });
    });
    this.#onResult = (result) => {
      this.#onResult = undefined;
      limit[Symbol.dispose]();
      // What the function wrote before it answered is readable in this turn of the event loop.
      setImmediate(() => {
        this.#process.flushLog();
        onResult(result);
      });
    };
  }

  /** The result of the invocation in progress; a second one is ignored. */
  settle(result: RunResult): void {
    this.#onResult?.(result);
  }

  get peakMemoryMb(): number {
    return this.#process.peakMemoryMb();
  }

  /** Kills the process and closes its port. */
  end(): void {
    this.#alive = false;
    this.#tellReady(false);
    this.#process.kill();
    this.#api[Symbol.dispose]();
  }

  /** Resolves when the process is gone. */
  async ended(): Promise<void> {
    await this.#process.exited;
  }
}
