import { createHash } from 'node:crypto';
import type { Arn } from '../core/arn.ts';
import type { Clock } from '../core/clock.ts';
import type { FunctionSpec, SystemLogLevel } from '../core/function.ts';
import type { FunctionLogs } from '../core/function-logs.ts';
import { isWanted, levelOf } from './log-level.ts';

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
  /** The size of the answer. */
  readonly producedBytes: number;
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

  /** Writes one event of the function's own; in JSON only when its level is wanted. */
  output(message: string): void {
    const { logFormat, logLevels } = this.#spec;
    if (logFormat === 'JSON' && !isWanted(levelOf(message), logLevels?.application ?? 'INFO')) return;
    this.write(message);
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
    const text = `INIT_START Runtime Version: ${label}.v1\tRuntime Version ARN: ${arn}\n`;
    this.#platform('INFO', text, 'platform.initStart', {
      initializationType: 'on-demand',
      phase: 'init',
      runtimeVersion: `${label}.v1`,
      runtimeVersionArn: arn,
      functionName: this.#spec.name,
      functionVersion: this.#spec.version,
    });
  }

  /** Without a status: it succeeded. */
  initReport(phase: 'init' | 'invoke', durationMs: number, status?: string): void {
    const level = status === undefined ? 'DEBUG' : 'WARN';
    const record = { initializationType: 'on-demand', phase, ...statusMembers(status) };
    const text = `INIT_REPORT Init Duration: ${durationMs.toFixed(2)} ms\tPhase: ${phase}\t${statusText(status)}\n`;
    this.#platform(level, '', 'platform.initRuntimeDone', record);
    this.#platform(level, status === undefined ? '' : text, 'platform.initReport', {
      ...record,
      metrics: { durationMs: round(durationMs) },
    });
  }

  start(requestId: string): void {
    const { version } = this.#spec;
    const text = `START RequestId: ${requestId} Version: ${version}\n`;
    this.#platform('INFO', text, 'platform.start', { requestId, version });
  }

  /** END and REPORT; returns the tail of the invocation. */
  report(requestId: string, measured: Measured): string {
    const { memoryMb } = this.#spec;
    const { durationMs, billedMs, initMs, maxMemoryMb, producedBytes, status } = measured;
    this.#platform(status === undefined ? 'DEBUG' : 'WARN', `END RequestId: ${requestId}\n`, 'platform.runtimeDone', {
      requestId,
      ...statusMembers(status),
      metrics: { durationMs: round(durationMs), producedBytes },
    });
    const text =
      `REPORT RequestId: ${requestId}\tDuration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\t` +
      `Memory Size: ${memoryMb} MB\tMax Memory Used: ${maxMemoryMb} MB\t` +
      (initMs === undefined ? '' : `Init Duration: ${initMs.toFixed(2)} ms\t`) +
      `${statusText(status)}\n`;
    this.#platform(status === undefined ? 'INFO' : 'WARN', text, 'platform.report', {
      requestId,
      metrics: {
        durationMs: round(durationMs),
        billedDurationMs: billedMs,
        memorySizeMB: memoryMb,
        maxMemoryUsedMB: maxMemoryMb,
        ...(initMs === undefined ? {} : { initDurationMs: round(initMs) }),
      },
      ...statusMembers(status),
    });
    return lastBytes(this.#tail.join(''));
  }

  /** In JSON with a level, in text where there is a line for it. */
  #platform(level: SystemLogLevel, text: string, type: string, record: Readonly<Record<string, unknown>>): void {
    const { logFormat, logLevels } = this.#spec;
    if (logFormat === 'Text') {
      if (text !== '') this.write(text);
      return;
    }
    if (!isWanted(level, logLevels?.system ?? 'INFO')) return;
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

function statusText(status: string | undefined): string {
  if (status === undefined) return '';
  return status === 'timeout' ? 'Status: timeout' : `Status: error\tError Type: ${status}`;
}

function statusMembers(status: string | undefined): Readonly<Record<string, string>> {
  if (status === undefined) return { status: 'success' };
  return status === 'timeout' ? { status } : { status: 'error', errorType: status };
}
