// Batches of records as Kafka has them: what we write the client reads as we do, and nothing is lost in them.
// https://kafka.apache.org/documentation/#recordbatch
import { crc32c, Reader, readRecordsBatch } from '@platformatic/kafka';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeBatch } from '../../src/backends/kafka/event-log/wire/batch-writing.ts';
import { recordsIn } from '../../src/backends/kafka/event-log/wire/record-batch.ts';
import { runSeed } from '../support/seed.ts';

const NUMBERING = { producerId: 7n, producerEpoch: 3, next: 2 ** 31 - 2 };
const entries = fc
  .array(
    fc.record({
      entry: fc.record({
        partitionKey: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
        data: fc.uint8Array({ maxLength: 300 }),
      }),
      arrivedAtMs: fc.integer({ min: 0, max: 4e12 }),
    }),
    { minLength: 1, maxLength: 200 },
  )
  .map((all) => all.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs));

test('hold entries and times as they were given, for us and for the client', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const bytes = writeBatch(all, NUMBERING, crc32c);
      const ours = [...recordsIn(bytes)];
      expect(ours.map(({ offset }) => offset)).toEqual(all.map((_, index) => index));
      const plain = all.map(({ entry, arrivedAtMs }) => [arrivedAtMs, entry.partitionKey, Buffer.from(entry.data)]);
      expect(ours.map(({ arrivedAtMs, entry }) => [arrivedAtMs, entry.partitionKey, entry.data])).toEqual(plain);
      const batch = readRecordsBatch(Reader.from(bytes));
      const theirs = batch.records.map(({ timestampDelta, key, value }) => [
        Number(batch.firstTimestamp + timestampDelta),
        `${key}`,
        value,
      ]);
      expect(theirs).toEqual(plain);
      expect(batch).toMatchObject({ ...{ producerId: 7n, producerEpoch: 3, firstSequence: 2 ** 31 - 2 } });
      expect(batch.crc).toBe(crc32c(bytes.subarray(21)));
    }),
    { seed: runSeed('kafka batches') },
  );
});

test('of which the last is cut off are read up to that one', () => {
  const [one, other] = ['a', 'b'].map((partitionKey) => ({
    ...{ entry: { partitionKey, data: Buffer.from(partitionKey) }, arrivedAtMs: 1 },
  }));
  if (!one || !other) throw new Error('two');
  const both = Buffer.concat([one, other].map((each) => writeBatch([each], NUMBERING, crc32c)));
  for (const cut of [1, 10, 60]) {
    expect([...recordsIn(both.subarray(0, both.length - cut))].map(({ entry }) => entry.partitionKey)).toEqual(['a']);
  }
});
