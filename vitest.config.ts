import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/support/patience.ts';
import { SlowFirstSequencer } from './test/support/slow-first-sequencer.ts';

/** Set by `npm run test:all`. */
const withReal = process.env['HEADWATER_TEST_ALL'] === '1';

/** Set by `.ci/run` where it runs the tests on a second version of Node, after all of them on the oldest that we promise. */
const onAnotherNode = process.env['HEADWATER_TEST_PART'] === 'node';

/**
 * What stands on Node itself, and so may differ from one version to another: processes and their ends, HTTP and its
 * clients, files and LMDB, cryptography and compression, time zones, timers and the order of what is due. What services
 * answer does not depend on it.
 */
const nodeItself = [
  'test/behaviours/{app,cli,config,cron,gateway,lambda,runtimes,s3}-*.test.ts',
  'test/behaviours/{virtual-clock,timetable,async-invocation,mapping-polling}.test.ts',
  'test/behaviours/{sns-{endpoint,http,signature},events-api-destinations,kafka-{compression,secrets}}.test.ts',
  'test/wire/*.test.ts',
  'test/faults/start.test.ts',
  'test/simulation/*kill.test.ts',
  'test/conformance/{*-embedded,event-log,table-store}.test.ts',
];

/**
 * What holds on every backend, once more on Redis, Kafka and MinIO: the same files, whose ports are then opened there. Not
 * among them is what is about the embedded ones, about no port at all, or about real ones anyway.
 */
const realProject = {
  name: 'real',
  env: { HEADWATER_TEST_ON: 'real' },
  include: [
    'test/behaviours/{sqs,kinesis,dynamodb,lambda}-*.test.ts',
    'test/behaviours/{mapping,stream-mapping}-*.test.ts',
    'test/behaviours/{async-invocation,dispatch-concurrency}.test.ts',
    'test/behaviours/{sns,events,scheduler,logs,metrics}-*.test.ts',
    'test/behaviours/{timetable,sharing-schedules}.test.ts',
    'test/recorded/{sqs,notifications,kinesis,dynamodb,lambda,mapping}.test.ts',
    // All of sns and events hold on them too; they take minutes.
    'test/recorded/{scheduler,logs}.test.ts',
    'test/simulation/{queue-properties,batching-properties,streams,tables}.test.ts',
  ],
  exclude: [
    'test/behaviours/sqs-order.test.ts',
    'test/behaviours/sns-filter-policies.test.ts',
    'test/behaviours/{events-input,events-properties,logs-filter-patterns,metrics-lambda,metrics-math}.test.ts',
    'test/behaviours/kinesis-{durability,processes,sequence-numbers}.test.ts',
    'test/behaviours/dynamodb-{expressions,values,partiql-properties,shared}*.test.ts',
    'test/behaviours/mapping-{properties,records,turns}.test.ts',
    // Some of its tests do not come to rest on Redis; through the endpoint the same holds there, see batching-properties.
    'test/behaviours/mapping-polling.test.ts',
  ],
};

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: onAnotherNode ? nodeItself : ['test/**/*.test.ts'],
          // Images are built there, which takes minutes: npm run test:containers.
          exclude: ['test/containers/**'],
        },
      },
      ...(withReal ? [{ extends: true as const, test: realProject }] : []),
    ],
    globalSetup: './test/support/find-backends.ts',
    // One limit for all: it ends what hangs. How quick something is depends on what else the machine does.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: PATIENCE_MS, interval: 20 } },
    // One process a file: files start servers and children of their own, and share nothing.
    pool: 'forks',
    // On engines much of the time is waiting: for leases to run out, for an engine to be back.
    maxWorkers: withReal ? 3 : 2,
    sequence: { sequencer: SlowFirstSequencer },
    reporters: ['default', './test/support/count-reporter.ts'],
  },
});
