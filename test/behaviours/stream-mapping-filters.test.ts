// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html and …/with-ddb-filtering.html
// Records that no filter matches are not delivered; the shard goes on as if they had been.
import { describe, expect, test } from 'vitest';
import { setUpStream, TABLE_STREAM } from './stream-fakes.ts';

const filters = (...patterns: readonly object[]) => ({
  FilterCriteria: { Filters: patterns.map((pattern) => ({ Pattern: JSON.stringify(pattern) })) },
});

describe('records of a stream pass', () => {
  test.each([
    [
      'by their decoded data',
      [{ data: { kind: ['a'] } }],
      ['{"kind":"a"}'],
      ['{"kind":"b"}', 'text', '{"kind":300.0}'],
    ],
    ['by the text of a number', [{ data: { n: [300] } }], ['{"n":300}'], ['{"n":300.0}', '{"n":"300"}']],
    ['when any filter matches', [{ data: { n: [1] } }, { data: { n: [2] } }], ['{"n":1}', '{"n":2}'], ['{"n":3}']],
    ['by their metadata, whatever their data', [{ partitionKey: ['k'] }], ['text', '{"n":1}'], []],
  ])('%s', async (_case, patterns, pass, dropped) => {
    const { stream, create, batches, settled } = setUpStream();
    stream.put('shard-0', ...dropped, ...pass);
    await create(filters(...patterns));
    await settled();
    expect(batches.flat()).toEqual(pass);
  });
});

describe('changes of a table pass', () => {
  test.each([
    ['by an attribute', { dynamodb: { NewImage: { text: { S: ['a'] } } } }, ['a']],
    ['by a prefix', { dynamodb: { NewImage: { text: { S: [{ prefix: 'a' }] } } } }, ['a', 'ab']],
    [
      'by an attribute that is there',
      { dynamodb: { NewImage: { text: { S: [{ exists: true }] } } } },
      ['a', 'ab', 'b'],
    ],
    ['by an attribute that is not there', { dynamodb: { NewImage: { other: [{ exists: false }] } } }, ['a', 'ab', 'b']],
    [
      'by the time of the change',
      { dynamodb: { ApproximateCreationDateTime: [{ numeric: ['>', 0] }] } },
      ['a', 'ab', 'b'],
    ],
    ['by the name of the change', { eventName: ['INSERT'] }, ['a', 'ab', 'b']],
    ['by no name of another change', { eventName: ['MODIFY'] }, []],
    ['by no numeric operator on a text', { dynamodb: { NewImage: { text: { S: [{ numeric: ['>', 0] }] } } } }, []],
  ])('%s', async (_case, pattern, pass) => {
    const { stream, create, batches, settled } = setUpStream({ arn: TABLE_STREAM });
    stream.put('shard-0', 'a', 'ab', 'b');
    await create(filters(pattern));
    await settled();
    expect(batches.flat()).toEqual(pass);
  });
});

describe('what the filters keep out', () => {
  test('is named in the journal', async () => {
    const { stream, create, entries, settled } = setUpStream();
    stream.put('shard-0', '{"n":0}', '{"n":1}', '{"n":2}');
    await create(filters({ data: { n: [1] } }));
    await settled();
    const note = entries.find(({ what }) => what === '2 of shard-0 filtered out');
    expect(note?.eventIds).toEqual(['shard-0:100', 'shard-0:102']);
  });

  test('is not counted in a batch', async () => {
    const { stream, create, batches, settled } = setUpStream();
    stream.put('shard-0', ...Array.from({ length: 10 }, (_, index) => JSON.stringify({ n: index % 2 })));
    await create({ BatchSize: 5, ...filters({ data: { n: [1] } }) });
    await settled();
    expect(batches.map(({ length }) => length)).toEqual([5]);
  });

  test('leaves others their turn while a long backlog of it is read', async () => {
    const { stream, create, batches, settled } = setUpStream();
    stream.put('shard-0', ...Array.from({ length: 9000 }, () => 'text'), '{"kind":"a"}');
    let turns = 0;
    const takeTurn = () => {
      if (batches.length > 0) return;
      turns++;
      setImmediate(takeTurn);
    };
    await create(filters({ data: { kind: ['a'] } }));
    takeTurn();
    await settled();
    expect(batches).toEqual([['{"kind":"a"}']]);
    expect(turns).toBeGreaterThan(5);
  });

  test('is not looked at again after a restart', async () => {
    const first = setUpStream();
    await first.create(filters({ data: { n: [1] } }));
    first.stream.put('shard-0', '{"n":0}', '{"n":0}');
    await first.settled();
    await first.mappings.close(1000);
    expect((await first.registry.list('lambda-checkpoints/'))[0]?.value).toMatchObject({ position: '2' });
  });
});
