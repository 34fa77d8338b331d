import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog as openEmbedded } from '../../../src/backends/embedded/log/event-log.ts';
import { openRegistry } from '../../../src/backends/embedded/registry.ts';
import { openLmdbStore, openMemoryStore } from '../../../src/backends/embedded/store.ts';
import { openEventLog as openOnKafka } from '../../../src/backends/kafka/event-log/event-log.ts';
import { asArn } from '../../../src/core/arn.ts';
import { realClock, SECOND } from '../../../src/core/clock.ts';
import type { EventLog } from '../../../src/core/ports/event-log.ts';
import { systemRandom } from '../../../src/core/random.ts';
import { createTestKafka } from '../../support/test-kafka.ts';
import { type Row, timed } from '../measure.ts';
import { compare, HALF, perSecond } from './compare.ts';
import { openRawTopic } from './raw-topic.ts';

const stream = asArn('arn:aws:kinesis:us-east-1:000000000000:stream/bench');
const DATA = Buffer.alloc(1000, 'x');
const ROUNDS = 5;
const LOADS = [
  { name: 'one at a time', batch: 1, width: 1, records: 300 },
  { name: '64 at once', batch: 1, width: 64, records: 10_000 },
  { name: '500 a call, four calls at once', batch: 500, width: 4, records: 30_000 },
] as const;
const PAGE = { maxRecords: 10_000, maxBytes: 4 * 2 ** 20 };

/** What is measured: a log, or the least that can be done with a topic. */
export interface LogSubject {
  append(count: number): Promise<unknown>;
  /** How many records lie from that offset on in one page. */
  read(offset: number): Promise<number>;
  /** The offset that the next record gets. */
  end(): Promise<number>;
  /** Appends one and resolves once another that waits for it has it. */
  appendToWaiter(): Promise<unknown>;
}

/** Records of 1 KB into one shard and out of it, in Kafka and embedded; the floor is the raw client on the same broker. */
export async function measureLogBackends(broker = process.env['HEADWATER_TEST_KAFKA']): Promise<readonly Row[]> {
  if (broker === undefined) throw new Error('HEADWATER_TEST_KAFKA is not set: see npm run backends');
  const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'));
  const store = await openLmdbStore({ dataDir: folder, fsync: false });
  await using kafka = createTestKafka(broker);
  const around = { registry: openRegistry(openMemoryStore()), clock: realClock, random: systemRandom };
  const [own, other] = [await kafka.open(), await kafka.open()].map((link) => openOnKafka({ link, ...around }));
  const embedded = openEmbedded({ store, clock: realClock });
  const raw = await openRawTopic(broker, kafka.namespace, DATA);
  if (!own || !other) throw new Error('no log');
  try {
    for (const log of [own, embedded]) await log.create(stream, 1);
    const subjects = { floor: raw, kafka: subjectOf(own, other), embedded: subjectOf(embedded, embedded) };
    return [...(await throughput(subjects)), ...(await reading(subjects)), ...(await latency(subjects))];
  } finally {
    for (const each of [own, other, embedded, store, raw]) await each[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Subjects = Readonly<Record<'kafka' | 'embedded' | 'floor', LogSubject>>;

const floorName = 'raw client on Kafka';
const READ_RECORDS = 20_000;

async function throughput(subjects: Subjects): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const { name, batch, width, records } of LOADS) {
    const measure = async (subject: LogSubject) =>
      batch * (await perSecond(records / batch, width, () => subject.append(batch)));
    const load = { what: `1 KB into a shard, ${name}`, unit: 'records/s', rounds: ROUNDS };
    rows.push(...(await compare({ ...load, floorName, aim: HALF, subjects, measure })));
  }
  return rows;
}

const reading = (subjects: Subjects): Promise<readonly Row[]> =>
  compare({
    ...{ what: '1 KB out of a shard, in pages', unit: 'records/s', rounds: ROUNDS, floorName, aim: HALF, subjects },
    async measure(subject) {
      const end = await subject.end();
      const tookMs = await timed(async () => {
        for (let offset = end - READ_RECORDS; offset < end; ) offset += await subject.read(offset);
      });
      return (READ_RECORDS * SECOND) / tookMs;
    },
  });

const latency = (subjects: Subjects): Promise<readonly Row[]> =>
  compare({
    ...{ what: 'append to who waits in another process', unit: 'ms', rounds: 200, floorName, subjects },
    aim: { value: 2 },
    measure: (subject) => timed(() => subject.appendToWaiter()),
  });

/** @param other the same log as another process has it */
function subjectOf(log: EventLog, other: EventLog): LogSubject {
  let next = 0;
  const entries = (count: number) =>
    Array.from({ length: count }, () => ({ partitionKey: `key-${next++}`, data: DATA }));
  return {
    append: (count) => log.append(stream, 0, entries(count)),
    read: async (offset) => (await log.read(stream, 0, offset, PAGE)).length,
    end: async () => (await log.bounds(stream, 0)).next,
    async appendToWaiter() {
      let wake = () => {};
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      using _watch = waitAt(other, () => wake());
      const [appended] = await log.append(stream, 0, entries(1));
      await woken;
      if ((await other.read(stream, 0, appended?.offset ?? 0, PAGE)).length !== 1) throw new Error('woken for nothing');
    },
  };
}

/** One that stays, as a mapping's does: whoever begins to wait has the question asked anew. */
const waiting = new Map<EventLog, { wake: () => void }>();

function waitAt(log: EventLog, wake: () => void): Disposable {
  const known = waiting.get(log) ?? { wake };
  if (!waiting.has(log)) log.onAppend(stream, 0, () => known.wake());
  waiting.set(log, known);
  known.wake = wake;
  return { [Symbol.dispose]: () => {} };
}
