import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMessageQueue } from '../../src/backends/embedded/message-queue/message-queue.ts';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { openTaskQueue } from '../../src/backends/embedded/task-queue.ts';
import { createActivity } from '../../src/core/activity.ts';
import { asArn } from '../../src/core/arn.ts';
import { realClock } from '../../src/core/clock.ts';
import { createCredentials } from '../../src/core/credentials.ts';
import type { FunctionDirectory, FunctionSpec } from '../../src/core/function.ts';
import { systemRandom } from '../../src/core/random.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { createDispatcher } from '../../src/dispatch/dispatcher.ts';
import { createInvoker } from '../../src/runtimes/invoker.ts';
import { projectRoot } from '../support/source-files.ts';
import { openRawChannel } from './floors/raw-channel.ts';
import { inParallel, timed } from './measure.ts';

/** A dispatcher with one function, in this process. */
export interface LocalDispatcher extends AsyncDisposable {
  invoke(payload: Uint8Array): Promise<unknown>;
}

const FUNCTION = asArn('arn:aws:lambda:us-east-1:000000000000:function:bench');

export async function openLocalDispatcher(code: string): Promise<LocalDispatcher> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  writeFileSync(join(folder, 'index.js'), code);
  const activity = createActivity();
  const common = {
    clock: realClock,
    random: systemRandom,
    timing: promptTiming,
    activity,
    journal: { append: () => {} },
  };
  const store = await openLmdbStore({ dataDir: join(folder, 'data'), fsync: false });
  const invoker = createInvoker({
    ...common,
    endpoint: () => 'http://127.0.0.1:1',
    credentials: createCredentials(new Map(), systemRandom),
    workDir: folder,
    cacheDir: folder,
    runtimePaths: new Map([['nodejs22.x', process.execPath]]),
    maxEnvironments: 2,
    assets: join(projectRoot, 'src/runtimes/bootstraps'),
    log: () => {},
    warn: () => {},
  });
  const dispatcher = createDispatcher({
    ...common,
    functions: directoryOf(specIn(folder)),
    invoker,
    tasks: openTaskQueue({ store, clock: realClock, activity }),
    permits: openPermits(),
    targets: { of: () => undefined } as never,
    accountConcurrency: 1000,
  });
  let next = 0;
  return {
    async invoke(payload) {
      const request = {
        functionArn: FUNCTION,
        payload,
        requestId: `bench-${next++}`,
        trigger: 'direct' as never,
        eventIds: [],
      };
      const outcome = await dispatcher.invoke(request, new AbortController().signal);
      if (outcome.kind !== 'ok') throw new Error(`the invocation came to ${JSON.stringify(outcome)}`);
    },
    [Symbol.asyncDispose]: async () => {
      await dispatcher.close(1000);
      await invoker[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function specIn(codeDir: string): FunctionSpec {
  return {
    arn: FUNCTION,
    name: 'bench',
    account: '000000000000',
    region: 'us-east-1',
    version: '$LATEST',
    revision: '1',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    codeDir,
    live: false,
    memoryMb: 128,
    timeoutMs: 30_000,
    ephemeralStorageMb: 512,
    environment: {},
    role: asArn('arn:aws:iam::000000000000:role/lambda'),
    logGroup: '/aws/lambda/bench',
    logFormat: 'Text',
  };
}

function directoryOf(spec: FunctionSpec): FunctionDirectory {
  return {
    resolve: async () => ({ kind: 'found', spec, state: 'Active' }),
    eventInvokeConfig: async () => ({ maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 }),
    reservedTotal: async () => 0,
    allowsInvoke: async () => true,
  };
}

/** Send, receive, invoke, delete with nothing between: the same queue engine and store, two raw environments. */
export interface LocalPipeline extends AsyncDisposable {
  eventsPerSecond(events: number, batchSize: number): Promise<number>;
}

export async function openLocalPipeline(rawRuntimeFile: string): Promise<LocalPipeline> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const store = await openLmdbStore({ dataDir: folder, fsync: false });
  const queues = openMessageQueue({
    store,
    clock: realClock,
    random: systemRandom,
    timing: promptTiming,
    activity: createActivity(),
  });
  const channel = await openRawChannel(rawRuntimeFile, 2);
  const queue = asArn('arn:aws:sqs:us-east-1:000000000000:floor');
  await queues.declare(queue, {
    fifo: false,
    visibilityTimeoutMs: 30_000,
    delayMs: 0,
    retentionMs: 345_600_000,
    deduplicationScope: 'queue',
    maxInFlight: 120_000,
  });
  const take = async (batchSize: number): Promise<number> => {
    const messages = [];
    while (messages.length < batchSize) {
      const more = await queues.receive(queue, { max: Math.min(10, batchSize - messages.length) });
      if (more.length === 0) break;
      messages.push(...more);
    }
    if (messages.length === 0) return 0;
    await channel.invoke(
      JSON.stringify({ text: '', Records: messages.map(({ id, content }) => ({ messageId: id, body: content.body })) }),
    );
    await queues.remove(
      queue,
      messages.map(({ handle }) => handle),
    );
    return messages.length;
  };
  return {
    async eventsPerSecond(events, batchSize) {
      await inParallel(events / 10, 8, async (batch) => {
        const content = { body: String(batch).padEnd(1000, 'x'), md5OfBody: '0'.repeat(32), senderId: 'bench' };
        await queues.send(
          queue,
          Array.from({ length: 10 }, (_, index) => ({ id: `${batch}-${index}`, content })),
        );
      });
      let done = 0;
      const lane = async () => {
        for (let taken = await take(batchSize); taken > 0; taken = await take(batchSize)) done += taken;
      };
      const tookMs = await timed(() => Promise.all([lane(), lane()]));
      if (done !== events) throw new Error(`the floor's pipeline moved ${done} of ${events} events`);
      return (events * 1000) / tookMs;
    },
    [Symbol.asyncDispose]: async () => {
      channel.close();
      await queues[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
