import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createActivity } from '../../src/core/activity.ts';
import { type Arn, asArn } from '../../src/core/arn.ts';
import { realClock } from '../../src/core/clock.ts';
import { createCredentials } from '../../src/core/credentials.ts';
import type { InvokeRequest } from '../../src/core/dispatch.ts';
import type { FunctionSpec } from '../../src/core/function.ts';
import { systemRandom } from '../../src/core/random.ts';
import {
  createInvoker,
  type FunctionLogLine,
  type InvokerOptions,
  type RuntimeInvoker,
} from '../../src/runtimes/invoker.ts';

/** An invoker with folders of its own; disposing ends its processes and removes them. */
export interface Bench extends AsyncDisposable {
  readonly invoker: RuntimeInvoker;
  readonly lines: FunctionLogLine[];
  readonly warnings: string[];
  readonly workDir: string;
  /** A function from files in a folder of its own. */
  define(files: Readonly<Record<string, string>>, more?: Partial<FunctionSpec>): FunctionSpec;
  /** Invokes and parses the answer. */
  call(spec: FunctionSpec, event?: unknown, more?: Partial<InvokeRequest>): Promise<Called>;
}

export interface Called {
  readonly kind: 'ok' | 'function-error';
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly value: any;
  readonly requestId: string;
  readonly logTail: string;
  readonly status: string | undefined;
  readonly initMs: number | undefined;
  readonly durationMs: number;
  readonly maxMemoryMb: number;
}

const CACHE = join(homedir(), '.cache/headwater/sdk');

export function openBench(options: Partial<InvokerOptions> = {}): Bench {
  const workDir = mkdtempSync(join(tmpdir(), 'headwater-runtimes-'));
  const lines: FunctionLogLine[] = [];
  const warnings: string[] = [];
  const invoker = createInvoker({
    clock: realClock,
    random: systemRandom,
    journal: { append: () => {} },
    activity: createActivity(),
    endpoint: () => 'http://127.0.0.1:9',
    credentials: createCredentials(new Map(), systemRandom),
    workDir,
    cacheDir: CACHE,
    runtimePaths: new Map(),
    maxEnvironments: 4,
    assets: join(import.meta.dirname, '../../src/runtimes/bootstraps'),
    log: (line) => lines.push(line),
    warn: (line) => warnings.push(line),
    ...options,
  });
  let count = 0;
  return {
    invoker,
    lines,
    warnings,
    workDir,
    define(files, more = {}) {
      count += 1;
      const codeDir = join(workDir, `code-${count}`);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(codeDir, name)), { recursive: true });
        writeFileSync(join(codeDir, name), text, { mode: name === 'bootstrap' ? 0o755 : 0o644 });
      }
      return specOf(`fn-${count}`, codeDir, more);
    },
    async call(spec, event = {}, more = {}) {
      const requestId = systemRandom.uuid();
      const payload = event instanceof Uint8Array ? event : Buffer.from(JSON.stringify(event));
      const outcome = await invoker.invoke(spec, {
        functionArn: spec.arn,
        payload,
        requestId,
        trigger: 'direct',
        eventIds: [],
        ...more,
      });
      const text = Buffer.from(outcome.payload).toString();
      const { logTail, status, initMs, durationMs, maxMemoryMb } = outcome.report;
      return {
        kind: outcome.kind,
        text,
        value: parse(text),
        requestId,
        logTail,
        status,
        initMs,
        durationMs,
        maxMemoryMb,
      };
    },
    async [Symbol.asyncDispose]() {
      await invoker[Symbol.asyncDispose]();
      rmSync(workDir, { recursive: true, force: true });
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function specOf(name: string, codeDir: string, more: Partial<FunctionSpec>): FunctionSpec {
  const arn: Arn = asArn(`arn:aws:lambda:us-east-1:111111111111:function:${name}`);
  return {
    arn,
    name,
    account: '111111111111',
    region: 'us-east-1',
    version: '$LATEST',
    revision: '1',
    runtime: 'nodejs20.x',
    handler: 'index.handler',
    codeDir,
    live: false,
    memoryMb: 128,
    timeoutMs: 10_000,
    ephemeralStorageMb: 512,
    environment: {},
    role: asArn('arn:aws:iam::111111111111:role/lambda-role'),
    logGroup: `/aws/lambda/${name}`,
    logFormat: 'Text',
    ...more,
  };
}
