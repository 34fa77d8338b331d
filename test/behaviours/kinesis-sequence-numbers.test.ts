// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#sequence-number
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSequenceNumber, sequenceNumberAt } from '../../connectors/kinesis/shards/sequence-number.ts';
import { runSeed } from '../support/seed.ts';

const seed = runSeed('kinesis sequence numbers');

it('says of each record its shard and its place, in whatever order shards and seconds take turns', () => {
  const record = fc.record({
    index: fc.integer({ min: 0, max: 3 }),
    epochSeconds: fc.integer({ min: 1_763_700_000, max: 1_763_700_002 }),
    offset: fc.nat(),
    arrivedAtMs: fc.integer({ min: 1_763_700_000_000, max: 1_763_700_003_000 }),
  });
  fc.assert(
    fc.property(fc.array(record, { minLength: 2 }), (records) => {
      for (const { index, epochSeconds, offset, arrivedAtMs } of records) {
        const number = sequenceNumberAt({ index, epochSeconds }, offset, arrivedAtMs);
        expect(parseSequenceNumber(number)).toEqual({ shardIndex: index, epochSeconds, offset });
        // The second of arrival stands where AWS has it.
        expect(Number(`0x${BigInt(number).toString(16).slice(29, 38)}`)).toBe(Math.floor(arrivedAtMs / 1000));
      }
    }),
    { seed },
  );
});
