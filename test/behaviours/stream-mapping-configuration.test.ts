// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
// What mappings of streams are told, how they are shown, and what is refused, in AWS's own words.
import { describe, expect, test } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import type { ServiceError } from '../../src/core/errors.ts';
import { BUCKET, DEAD_LETTERS, FUNCTION, QUEUE, START_MS } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';
import { STREAM, setUpStream, TABLE_STREAM } from './stream-fakes.ts';

const refusal = (message: string, code = 'InvalidParameterValueException') =>
  expect.objectContaining({ code, message }) as ServiceError;

describe('a mapping of a stream', () => {
  test.each([STREAM, TABLE_STREAM])('of %s is shown with all its members, as recorded', async (arn) => {
    const { create } = setUpStream({ arn });
    const shown = await create();
    const { UUID } = shown;
    expect(shown).toEqual({
      UUID,
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn: arn,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${UUID}`,
      FunctionArn: FUNCTION,
      FunctionResponseTypes: [],
      LastModified: new Date(START_MS),
      LastProcessingResult: 'No records processed',
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
      StartingPosition: 'TRIM_HORIZON',
      State: 'Creating',
      StateTransitionReason: 'User action',
      TumblingWindowInSeconds: 0,
    });
  });

  test('keeps what an update does not name; an empty destination takes the present one away', async () => {
    const { create, mappings } = setUpStream();
    const settings = {
      BatchSize: 7,
      BisectBatchOnFunctionError: true,
      MaximumBatchingWindowInSeconds: 3,
      MaximumRecordAgeInSeconds: 120,
      MaximumRetryAttempts: 4,
      ParallelizationFactor: 2,
      TumblingWindowInSeconds: 30,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    };
    const { UUID } = await create({ ...settings, DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } } });
    const updated = await mappings.update({ UUID, BatchSize: 8 }, CONTEXT);
    expect(updated).toMatchObject({
      ...settings,
      BatchSize: 8,
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: DEAD_LETTERS } },
    });
    const DestinationConfig = { OnFailure: { Destination: '' } };
    expect(await mappings.update({ UUID, DestinationConfig }, CONTEXT)).toMatchObject({
      DestinationConfig: { OnFailure: {} },
    });
  });

  test('may be of a consumer of the stream', async () => {
    const { create, stream, calls, settled } = setUpStream();
    const EventSourceArn = `${STREAM}/consumer/c:1`;
    expect(await create({ EventSourceArn })).toMatchObject({ EventSourceArn });
    stream.put('shard-0', 'a');
    await settled();
    const event = JSON.parse(Buffer.from(calls[0]?.request.payload ?? '').toString()) as {
      readonly Records: readonly { readonly eventSourceARN: string }[];
    };
    expect(event.Records[0]?.eventSourceARN).toBe(EventSourceArn);
  });

  test('outlives its stream', async () => {
    const { create, mappings, stream } = setUpStream();
    const { UUID } = await create();
    stream.exists = false;
    expect(await mappings.get(String(UUID), CONTEXT)).toMatchObject({ State: 'Enabled' });
    expect(await mappings.update({ UUID, BatchSize: 5 }, CONTEXT)).toMatchObject({ BatchSize: 5 });
  });

  test('tells replay what it must know', async () => {
    const { create, mappings } = setUpStream();
    const { UUID } = await create({ FilterCriteria: { Filters: [{ Pattern: '{"data":{"a":[1]}}' }] } });
    expect(mappings.facts(String(UUID))).toMatchObject({
      uuid: UUID,
      sourceArn: STREAM,
      functionArn: FUNCTION,
      batchSize: 100,
      filters: ['{"data":{"a":[1]}}'],
    });
    await expect(mappings.moveCheckpoint('none', 'shard-0', { at: 'latest' })).rejects.toMatchObject({
      code: 'UNKNOWN_MAPPING',
    });
  });
});

describe('a request is refused, in the words of AWS,', () => {
  const unsupported = (name: string) => `Unsupported ${name} parameter for given event source mapping type.`;

  test.each([
    [
      'without a starting position',
      { StartingPosition: undefined },
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    ],
    ['with a time that is not given', { StartingPosition: 'AT_TIMESTAMP' }, 'Need to specify a timestamp'],
    [
      'with a record age between none and a minute',
      { MaximumRecordAgeInSeconds: 59 },
      'MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)',
    ],
    [
      'with a success destination',
      { DestinationConfig: { OnSuccess: { Destination: QUEUE } } },
      unsupported('DestinationConfig'),
    ],
    [
      'with a failure destination of nothing',
      { DestinationConfig: { OnFailure: {} } },
      'The Destination field is required for an OnFailure configuration.',
    ],
    ['with a parameter of queues', { ScalingConfig: { MaximumConcurrency: 2 } }, unsupported('ScalingConfig')],
    ['with a parameter of topics', { Topics: ['t'] }, unsupported('Topics')],
    ['for a function that is not there', { FunctionName: 'other' }, 'Function does not exist'],
    [
      'for a stream that is not there',
      { EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/other' },
      'Stream not found: arn:aws:kinesis:us-east-1:000000000000:stream/other',
    ],
    ['with a pattern that is none', filter('plain'), 'Invalid filter pattern definition.'],
    ['with a pattern of texts for the data', filter('{"data":["text"]}'), 'Invalid filter pattern definition.'],
  ])('%s', async (_case, input, message) => {
    const { create } = setUpStream();
    await expect(create(input)).rejects.toEqual(refusal(message));
  });

  test('for a table from a time on', async () => {
    const { create } = setUpStream({ arn: TABLE_STREAM });
    await expect(create({ StartingPosition: 'AT_TIMESTAMP', StartingPositionTimestamp: new Date(0) })).rejects.toEqual(
      refusal(`Unsupported starting position for arn type: ${TABLE_STREAM}`),
    );
  });

  test.each([STREAM, TABLE_STREAM])('for a stream and function that are tied already: %s', async (arn) => {
    const { create } = setUpStream({ arn });
    const { UUID } = await create();
    await expect(create()).rejects.toEqual(
      refusal(
        `The event source arn (" ${arn} ") and function (" fn ") provided mapping already exists. Please update or delete the existing mapping with UUID ${UUID}`,
        'ResourceConflictException',
      ),
    );
  });

  test('with a destination of a kind that takes no records', async () => {
    const { create } = setUpStream();
    const Destination = asArn('arn:aws:events:us-east-1:000000000000:event-bus/default');
    await expect(create({ DestinationConfig: { OnFailure: { Destination } } })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
  });
});

describe('a destination is accepted', () => {
  test.each([DEAD_LETTERS, BUCKET])('where it is %s', async (Destination) => {
    const { create } = setUpStream();
    const DestinationConfig = { OnFailure: { Destination } };
    expect(await create({ DestinationConfig })).toMatchObject({ DestinationConfig });
  });
});

function filter(Pattern: string) {
  return { FilterCriteria: { Filters: [{ Pattern }] } };
}
