import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arn, asArn, DEFAULT_ACCOUNT, DEFAULT_REGION } from '../../src/core/arn.ts';
import type { InvokeOutcome, InvokeRequest, RuntimeSupport } from '../../src/core/dispatch.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import { seededRandom } from '../../src/core/random.ts';
import { awsTiming, promptTiming, type Timing } from '../../src/core/timing.ts';
import { createLambda, type LambdaOptions } from '../../src/lambda/lambda.ts';
import { operationFiles } from '../../src/package-files.ts';
import { groundForTests } from '../support/test-ground.ts';
import { zipOf } from '../support/zip.ts';

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
export const ROLE = 'arn:aws:iam::000000000000:role/worker';
export { awsTiming };

/** An error as the wire would see it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly members: unknown;
}

const openGround = groundForTests(START_MS, ['registry', 'leases', 'blobs']);

/** Lambda on a virtual clock, with a dispatcher that does what the test says. */
export async function lambdaSubject(options: Partial<LambdaOptions> & { readonly timing?: Timing } = {}) {
  const { activity, clock, registry, leases, blobs, atEnd } = openGround();
  const invoked: InvokeRequest[] = [];
  const queued: InvokeRequest[] = [];
  const retired: Arn[] = [];
  const warnings: string[] = [];
  const behaviour: { outcome: InvokeOutcome; support: RuntimeSupport | undefined } = {
    outcome: ok('"done"'),
    support: { path: '/usr/bin/node', version: '20.19.4', exact: true },
  };
  const workDir = await mkdtemp(join(tmpdir(), 'headwater-lambda-'));
  const lambda = createLambda({
    ...{ registry, leases, blobs, clock },
    random: seededRandom(7),
    timing: promptTiming,
    journal: { append: () => {} },
    activity,
    operations: operationFiles('src/lambda/api'),
    invoker: {
      support: async () => behaviour.support,
      retire: async (arn) => void retired.push(arn),
    },
    dispatcher: () => ({
      invoke: async (request) => {
        invoked.push(request);
        return behaviour.outcome;
      },
      enqueue: async (request) => void queued.push(request),
    }),
    mappings: () => {
      throw new Error('not in this test');
    },
    targets: { find: () => undefined },
    readObject: () => async () => undefined,
    workDir,
    strictRuntimes: false,
    accountConcurrency: 1000,
    warn: (line) => void warnings.push(line),
    ...options,
  });

  atEnd(() => lambda.close());
  const call = async (
    operation: string,
    input: Record<string, unknown> = {},
    context: Partial<RequestContext> = {},
  ) => {
    const run = await lambda.api.operation(operation);
    if (!run) throw new Error(`There is no operation ${operation}`);
    return (await run(input, { ...CONTEXT, ...context })) as Answer;
  };

  return {
    lambda,
    clock,
    behaviour,
    ...{ invoked, queued, retired, warnings },
    call,
    refusal: async (...args: Parameters<typeof call>): Promise<Refusal> => refusalOf(call(...args)),
    create: async (name = 'fn', more: Record<string, unknown> = {}) =>
      call('CreateFunction', {
        FunctionName: name,
        Runtime: 'nodejs20.x',
        Handler: 'index.handler',
        Role: ROLE,
        Code: { ZipFile: await zipOf({ 'index.mjs': `export const handler = () => '${name}';` }) },
        ...more,
      }),
    async [Symbol.asyncDispose]() {
      await lambda.reset();
      await lambda.close();
      await rm(workDir, { recursive: true, force: true });
    },
  };
}

/** The answer of any operation: tests look into all of them. */
// biome-ignore lint/suspicious/noExplicitAny: one type for all answers
type Answer = any;

export const CONTEXT: RequestContext = {
  account: DEFAULT_ACCOUNT,
  region: DEFAULT_REGION,
  requestId: '11111111-2222-4333-8444-555555555555',
  origin: 'http://localhost:4566',
  caller: { accessKeyId: 'test', arn: 'arn:aws:iam::000000000000:root', userId: DEFAULT_ACCOUNT },
  sourceIp: '127.0.0.1',
  headers: {},
  protocol: 'rest-json',
  traceHeader: undefined,
  signal: new AbortController().signal,
};

export const arnOf = (name: string) => asArn(`arn:aws:lambda:us-east-1:000000000000:function:${name}`);

export function ok(
  payload: string,
  more: { readonly logTail?: string; readonly executedVersion?: string } = {},
): InvokeOutcome {
  const { logTail = '', executedVersion = '$LATEST' } = more;
  return {
    kind: 'ok',
    payload: Buffer.from(payload),
    report: { durationMs: 1, billedMs: 1, maxMemoryMb: 30, executedVersion, logTail },
  };
}

export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    () => new Error('It was accepted'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error) || !('code' in error) || !('options' in error)) throw error;
  const options = error.options as { readonly status?: number; readonly members?: unknown };
  return { code: String(error.code), message: error.message, status: options.status, members: options.members };
}
