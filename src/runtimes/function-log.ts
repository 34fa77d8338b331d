import { createHash } from 'node:crypto';
import type { Arn } from '../core/arn.ts';
import type { Clock } from '../core/clock.ts';
import type { FunctionSpec } from '../core/function.ts';
import type { FunctionLogs } from '../core/function-logs.ts';

/** One log event of a function, as `up` prints it. */
export interface FunctionLogLine {
  readonly functionArn: Arn;
  readonly functionName: string;
  readonly version: string;
  /** Absent for what is written outside of an invocation. */
  readonly requestId: string | undefined;
  /** Without its line end. */
  readonly line: string;
  /** Exactly as AWS stores it. */
  readonly message: string;
}

/** What the REPORT line shows. */
export interface Measured {
  readonly durationMs: number;
  readonly billedMs: number;
  readonly maxMemoryMb: number;
  readonly initMs?: number | undefined;
  /** `timeout`, or the error type. */
  readonly status?: string | undefined;
}

const TAIL_BYTES = 4096;

/**
 * The log of one execution environment. Lines of the platform are those of
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html, in text or JSON.
 */
export class FunctionLog {
  readonly #spec: FunctionSpec;
  readonly #stream: string;
  readonly #clock: Clock;
  readonly #sink: (line: FunctionLogLine) => void;
  readonly #kept: FunctionLogs;
  #requestId: string | undefined;
  #tail: string[] = [];
  #tailLength = 0;

  constructor(options: {
    readonly spec: FunctionSpec;
    readonly stream: string;
    readonly clock: Clock;
    /** Shown to people as it comes. */
    readonly sink: (line: FunctionLogLine) => void;
    /** Where it is kept. */
    readonly kept: FunctionLogs;
  }) {
    this.#spec = options.spec;
    this.#stream = options.stream;
    this.#clock = options.clock;
    this.#sink = options.sink;
    this.#kept = options.kept;
  }

  /** From here on, events belong to this invocation and to its tail. */
  enter(requestId: string): void {
    this.#requestId = requestId;
    this.#tail = [];
    this.#tailLength = 0;
  }

  leave(): void {
    this.#requestId = undefined;
  }

  /** Writes one event. */
  write(message: string): void {
    const spec = this.#spec;
    if (this.#requestId !== undefined) this.#keep(message);
    this.#kept.write(spec, spec.logGroup, this.#stream, message);
    this.#sink({
      functionArn: spec.arn,
      functionName: spec.name,
      version: spec.version,
      requestId: this.#requestId,
      line: message.endsWith('\n') ? message.slice(0, -1) : message,
      message,
    });
  }

  initStart(label: string): void {
    const digest = createHash('sha256').update(label).digest('hex');
    const arn = `arn:aws:lambda:${this.#spec.region}::runtime:${digest}`;
    this.#platform(`INIT_START Runtime Version: ${label}.v1\tRuntime Version ARN: ${arn}\n`, 'platform.initStart', {
      initializationType: 'on-demand',
      phase: 'init',
      runtimeVersion: `${label}.v1`,
      runtimeVersionArn: arn,
      functionName: this.#spec.name,
      functionVersion: this.#spec.version,
    });
  }

  initReport(phase: 'init' | 'invoke', durationMs: number, status: string): void {
    const text = `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\t${statusText(status)}\n`;
    this.#platform(text, 'platform.initReport', {
      initializationType: 'on-demand',
      phase,
      ...statusMembers(status),
      metrics: { durationMs: round(durationMs) },
    });
  }

  start(requestId: string): void {
    const { version } = this.#spec;
    this.#platform(`START RequestId: ${requestId} Version: ${version}\n`, 'platform.start', { requestId, version });
  }

  /** END and REPORT; returns the tail of the invocation. */
  report(requestId: string, measured: Measured): string {
    const { memoryMb } = this.#spec;
    const { durationMs, billedMs, initMs, maxMemoryMb, status } = measured;
    if (this.#spec.logFormat === 'Text') this.write(`END RequestId: ${requestId}\n`);
    const text =
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\t` +
      `Memory Size: ${memoryMb} MB\tMax Memory Used: ${maxMemoryMb} MB\t` +
      (initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`) +
      `${status === undefined ? '' : statusText(status)}\n`;
    this.#platform(text, 'platform.report', {
      requestId,
      metrics: {
        durationMs: round(durationMs),
        billedDurationMs: billedMs,
        memorySizeMB: memoryMb,
        maxMemoryUsedMB: maxMemoryMb,
        ...(initMs === undefined ? {} : { initDurationMs: round(initMs) }),
      },
      ...(status === undefined ? { status: 'success' } : statusMembers(status)),
    });
    return lastBytes(this.#tail.join(''));
  }

  #platform(text: string, type: string, record: Readonly<Record<string, unknown>>): void {
    if (this.#spec.logFormat === 'Text') return void this.write(text);
    const time = new Date(this.#clock.nowMs()).toISOString();
    this.write(`${JSON.stringify({ time, type, record })}\n`);
  }

  #keep(message: string): void {
    this.#tail.push(message);
    this.#tailLength += message.length;
    while (this.#tail.length > 1 && this.#tailLength - (this.#tail[0]?.length ?? 0) > TAIL_BYTES) {
      this.#tailLength -= this.#tail.shift()?.length ?? 0;
    }
  }
}

function lastBytes(text: string): string {
  if (Buffer.byteLength(text) <= TAIL_BYTES) return text;
  const bytes = Buffer.from(text);
  return bytes.subarray(bytes.length - TAIL_BYTES).toString();
}

const round = (value: number) => Math.round(value * 1000) / 1000;

const statusText = (status: string) =>
  status === 'timeout' ? 'Status: timeout' : `Status: error\tError Type: ${status}`;

const statusMembers = (status: string) =>
  status === 'timeout' ? { status: 'timeout' } : { status: 'error', errorType: status };
