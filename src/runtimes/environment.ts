import { mkdirSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { realClock, SECOND, startStopwatch } from '../core/clock.ts';
import type { InvokeOutcome, InvokeRequest, RuntimeSupport } from '../core/dispatch.ts';
import { HeadwaterError } from '../core/errors.ts';
import type { FunctionSpec } from '../core/function.ts';
import { TASK_ROOT } from './file-isolation.ts';
import { exited, notPrepared, type PlatformError, responseTooLarge, timedOut } from './function-errors.ts';
import type { FunctionLog } from './function-log.ts';
import type { ProcessTools, StartOptions } from './function-process.ts';
import type { LanguageRuntime, Launch } from './runtime.ts';
import type { NextInvocation } from './runtime-api.ts';
import { type InitResult, type RunResult, Session } from './session.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib */
const INIT_LIMIT_MS = 10 * SECOND;

/** What an invocation that ran came to. */
export type RanOutcome = Extract<InvokeOutcome, { kind: 'ok' | 'function-error' }>;

/** What an environment is made of; all of it belongs to one revision of one version of a function. */
export interface EnvironmentParts {
  readonly spec: FunctionSpec;
  readonly runtime: LanguageRuntime;
  readonly support: RuntimeSupport;
  readonly log: FunctionLog;
  /** Its private folder, kept when the process is started anew. */
  readonly temporary: string;
  readonly tools: ProcessTools;
  /** How to start the process, once the port of its Runtime API is known. */
  readonly startOptions: (launch: Launch, port: number) => StartOptions;
}

/** What of an invocation the environment cannot know. */
export interface Attempt {
  readonly traceHeader: string;
  readonly invocationId: string;
}

/**
 * One execution environment. Its process lives from the first invocation to a crash, a timeout or its end:
 *
 *     new ── first invocation: Init, 10 s ──▶ ready ── crash, timeout ──▶ reset ── next invocation: Init within it ──▶ ready
 *
 * An Init that fails or overruns its 10 s is run again within the invocation, under the function's timeout ("suppressed
 * init"); what fails then is the invocation's result. The folder for temporary files survives a reset, as on AWS.
 */
export class Environment {
  readonly #parts: EnvironmentParts;
  #session: Session | undefined;
  #isReset = false;
  #ending = false;

  constructor(parts: EnvironmentParts) {
    this.#parts = parts;
  }

  /** Runs one invocation. Never rejects for what the function does. */
  invoke(request: InvokeRequest, attempt: Attempt): Promise<RanOutcome> {
    const session = this.#session;
    if (session?.isReady) return this.#run(session, request, attempt, undefined);
    return this.#invokeCold(request, attempt);
  }

  /** Ends the process and removes its files. */
  async end(): Promise<void> {
    this.#ending = true;
    const session = this.#session;
    this.#session = undefined;
    session?.end();
    await session?.ended();
    await rm(this.#parts.temporary, { recursive: true, force: true });
  }

  async #invokeCold(request: InvokeRequest, attempt: Attempt): Promise<RanOutcome> {
    const { log, spec } = this.#parts;
    const last = this.#session;
    if (last && (await last.whenReady(spec.timeoutMs))) return await this.#run(last, request, attempt, undefined);
    await last?.ended();
    this.#session = undefined;
    let initMs: number | undefined;
    if (!this.#isReset) {
      this.#isReset = true;
      log.initStart(this.#parts.runtime.label(spec.runtime));
      initMs = await this.#initialise('init', INIT_LIMIT_MS).then((init) =>
        init.kind === 'ready' ? init.durationMs : undefined,
      );
    }
    if (this.#session) return await this.#run(this.#session, request, attempt, initMs);
    log.enter(request.requestId);
    const elapsed = startStopwatch();
    const init = await this.#initialise('invoke', spec.timeoutMs);
    if (init.kind === 'ready') return await this.#run(init.session, request, attempt, undefined, elapsed());
    log.start(request.requestId);
    const durationMs = init.kind === 'timeout' ? spec.timeoutMs : elapsed();
    return this.#finish(request, initFailure(init, request.requestId, spec.timeoutMs), { durationMs });
  }

  /** Prepares the code and starts a process; what failed is in the log. */
  async #initialise(phase: 'init' | 'invoke', limitMs: number): Promise<TimedInit> {
    const { log, runtime, spec, support } = this.#parts;
    const missing = spec.live ? await missingFolder(spec.codeDir) : undefined;
    if (missing) return { kind: 'not-prepared', error: missing };
    const launch = await runtime.prepare(spec, support).catch((cause: unknown) => prepareFailure(cause));
    if ('failure' in launch) return { kind: 'not-prepared', error: launch.failure };
    mkdirSync(this.#parts.temporary, { recursive: true });
    const elapsed = startStopwatch();
    const result = await Session.start({
      launch: (port) => this.#parts.startOptions(launch, port),
      limitMs,
      tools: this.#parts.tools,
    });
    const durationMs = elapsed();
    if (result.kind === 'ready') {
      this.#session = result.session;
      log.initReport(phase, durationMs);
      if (this.#ending) result.session.end();
      return { ...result, durationMs };
    }
    log.initReport(phase, durationMs, initStatus(result));
    if (result.kind === 'init-error') await runtime.remedy?.(spec, support, errorMessageOf(result.body));
    return result;
  }

  #run(
    session: Session,
    request: InvokeRequest,
    attempt: Attempt,
    initMs: number | undefined,
    usedMs = 0,
  ): Promise<RanOutcome> {
    const { log, spec } = this.#parts;
    const elapsed = startStopwatch();
    const timeoutMs = Math.max(1, Math.ceil(spec.timeoutMs - usedMs));
    return new Promise((resolve) => {
      session.run(nextOf(request, attempt, timeoutMs), timeoutMs, (result) => {
        const durationMs = result.kind === 'timeout' ? spec.timeoutMs : elapsed() + usedMs;
        const maxMemoryMb = isOutOfMemory(result) ? spec.memoryMb : session.peakMemoryMb;
        const settled = settlementOf(result, request.requestId, spec.timeoutMs);
        resolve(this.#finish(request, settled, { durationMs, maxMemoryMb, initMs }));
      });
      // Written while the function works; nothing of what it writes can be read before.
      log.enter(request.requestId);
      log.start(request.requestId);
    });
  }

  #finish(
    request: InvokeRequest,
    settled: Settlement,
    measured: { readonly durationMs: number; readonly maxMemoryMb?: number; readonly initMs?: number | undefined },
  ): RanOutcome {
    const { log, spec } = this.#parts;
    const { durationMs, initMs } = measured;
    // Pages that it shares with others count as its own here, so the figure may pass the bound that holds it.
    const maxMemoryMb = Math.min(measured.maxMemoryMb ?? 0, spec.memoryMb);
    const { kind, payload, status } = settled;
    // Since August 2025 initialisation is billed: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    const billedMs = Math.ceil(durationMs + (initMs ?? 0));
    const producedBytes = payload.length;
    const logTail = log.report(request.requestId, { durationMs, billedMs, maxMemoryMb, initMs, producedBytes, status });
    log.leave();
    return {
      kind,
      payload: kind === 'ok' || spec.live ? payload : asAtTaskRoot(payload, spec.codeDir),
      report: {
        durationMs,
        billedMs,
        maxMemoryMb,
        executedVersion: spec.version,
        logTail,
        ...(initMs === undefined ? {} : { initMs }),
        ...(status === undefined ? {} : { status }),
      },
    };
  }
}

type TimedInit =
  | (Extract<InitResult, { kind: 'ready' }> & { readonly durationMs: number })
  | Exclude<InitResult, { kind: 'ready' }>
  | { readonly kind: 'not-prepared'; readonly error: PlatformError };

interface Settlement {
  readonly kind: 'ok' | 'function-error';
  readonly payload: Uint8Array;
  readonly status?: string;
}

const failed = (error: PlatformError): Settlement => ({
  kind: 'function-error',
  payload: error.body,
  status: error.errorType === 'Sandbox.Timedout' ? 'timeout' : error.errorType,
});

function settlementOf(result: RunResult, requestId: string, timeoutMs: number): Settlement {
  switch (result.kind) {
    case 'response':
      return { kind: 'ok', payload: result.body };
    case 'error':
      return { kind: 'function-error', payload: result.body };
    case 'too-large':
      return failed(responseTooLarge);
    case 'exited':
      return failed(exited(requestId, result.reason));
    case 'timeout':
      return failed(timedOut(requestId, timeoutMs));
  }
}

/** The kernel kills whoever passes the bound, between two readings of its memory. Headwater's own kills come as other results. */
const isOutOfMemory = (result: RunResult): boolean =>
  result.kind === 'exited' && result.reason.kind === 'signal' && result.reason.signal === 'SIGKILL';

function initFailure(init: Exclude<TimedInit, { kind: 'ready' }>, requestId: string, timeoutMs: number): Settlement {
  switch (init.kind) {
    case 'init-error':
      return { kind: 'function-error', payload: init.body, status: init.errorType ?? 'Runtime.Unknown' };
    case 'exited':
      return failed(exited(requestId, init.reason));
    case 'timeout':
      return failed(timedOut(requestId, timeoutMs));
    case 'not-prepared':
      return failed(init.error);
  }
}

/** Stack traces of deployed code name the folder that AWS has it in, also where this host cannot show it there. */
function asAtTaskRoot(errorBody: Uint8Array, codeDir: string): Uint8Array {
  const text = Buffer.from(errorBody).toString();
  return text.includes(codeDir) ? Buffer.from(text.replaceAll(codeDir, TASK_ROOT)) : errorBody;
}

function initStatus(result: Exclude<InitResult, { kind: 'ready' }>): string {
  if (result.kind === 'timeout') return 'timeout';
  if (result.kind === 'init-error') return result.errorType ?? 'Runtime.Unknown';
  return exited('', result.reason).errorType;
}

/** A folder that is run as it is may be removed, or become a link that leads elsewhere, when its function exists already. */
async function missingFolder(folder: string): Promise<PlatformError | undefined> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === folder) return undefined;
  const message = `The folder ${folder}, which the function runs from, is not there; each process that runs it needs it at that path`;
  return notPrepared('Runtime.InvalidEntrypoint', message);
}

function prepareFailure(cause: unknown): { readonly failure: PlatformError } {
  const isSyntax = cause instanceof HeadwaterError && cause.code === 'BUILD_FAILED';
  const message = cause instanceof Error ? cause.message : String(cause);
  return { failure: notPrepared(isSyntax ? 'Runtime.UserCodeSyntaxError' : 'Runtime.Unknown', message) };
}

function errorMessageOf(body: Buffer): string {
  try {
    return String(JSON.parse(body.toString()).errorMessage);
  } catch {
    return '';
  }
}

const EMPTY_PAYLOAD = Buffer.from('{}');

const nextOf = (request: InvokeRequest, attempt: Attempt, timeoutMs: number): NextInvocation => ({
  requestId: request.requestId,
  deadlineMs: realClock.nowMs() + timeoutMs,
  functionArn: request.functionArn,
  traceHeader: attempt.traceHeader,
  clientContext: decodeContext(request.clientContext),
  invocationId: attempt.invocationId,
  payload: request.payload.length === 0 ? EMPTY_PAYLOAD : request.payload,
});

/** Callers send the client context as base64; the Runtime API hands on the JSON. */
const decodeContext = (context: string | undefined) =>
  context === undefined ? undefined : Buffer.from(context, 'base64').toString();
