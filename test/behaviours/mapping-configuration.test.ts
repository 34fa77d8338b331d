// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html; answers as recorded from AWS in November 2025.
import { describe, expect, test } from 'vitest';
import { FUNCTION, QUEUE } from './dispatch-fakes.ts';
import { CONTEXT, setUpMappings, TWIN } from './mapping-fakes.ts';

const refusal = (message: string, code = 'InvalidParameterValueException') =>
  expect.objectContaining({ code, message });

describe('a mapping of a queue is shown', () => {
  test('with exactly the members that AWS shows', async () => {
    const { create, clock } = setUpMappings();
    const created = await create();
    expect(created).toEqual({
      UUID: expect.stringMatching(/^[0-9a-f-]{36}$/),
      BatchSize: 10,
      EventSourceArn: QUEUE,
      EventSourceMappingArn: `arn:aws:lambda:us-east-1:000000000000:event-source-mapping:${created['UUID']}`,
      FunctionArn: FUNCTION,
      FunctionResponseTypes: [],
      LastModified: new Date(clock.nowMs()),
      MaximumBatchingWindowInSeconds: 0,
      State: 'Creating',
      StateTransitionReason: 'USER_INITIATED',
    });
  });

  test('with what was set beside the defaults', async () => {
    const { create, mappings } = setUpMappings();
    const Filters = [{ Pattern: '{"body":{"n":[1]}}' }];
    const given = {
      BatchSize: 20,
      MaximumBatchingWindowInSeconds: 2,
      FilterCriteria: { Filters },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    };
    const { UUID } = await create(given);
    expect(await mappings.get(String(UUID), CONTEXT)).toMatchObject({ ...given, State: 'Enabled' });
  });

  test('without FilterCriteria when the filters are empty, and without what an update took away', async () => {
    const { create, mappings } = setUpMappings();
    const { UUID } = await create({ FilterCriteria: { Filters: [] }, ScalingConfig: { MaximumConcurrency: 2 } });
    const updated = await mappings.update({ UUID, ScalingConfig: {} }, CONTEXT);
    expect(updated).not.toHaveProperty('FilterCriteria');
    expect(updated).not.toHaveProperty('ScalingConfig');
  });

  test.each([
    'fn',
    'fn:$LATEST',
    'fn:1',
    'fn:live',
    FUNCTION,
    `${FUNCTION}:live`,
    '000000000000:function:fn',
    'function:fn',
  ])('with the function as %s names it, qualifier kept', async (FunctionName) => {
    const { create } = setUpMappings();
    const qualifier = /(?:fn)(:.+)?$/.exec(FunctionName)?.[1] ?? '';
    expect(await create({ FunctionName })).toMatchObject({ FunctionArn: FUNCTION + qualifier });
  });
});

describe('states', () => {
  test('a disabled mapping is so at once; enabling, disabling and other updates pass through their states', async () => {
    const { create, mappings, clock } = setUpMappings({ timing: { mappingStateDelayMs: 10_000 } });
    const stateOf = async (uuid: unknown) => (await mappings.get(String(uuid), CONTEXT))['State'];
    const { UUID, State } = await create({ Enabled: false });
    expect(State).toBe('Disabled');
    for (const [input, through, end] of [
      [{ Enabled: true }, 'Enabling', 'Enabled'],
      [{ BatchSize: 5 }, 'Updating', 'Enabled'],
      [{ Enabled: false }, 'Disabling', 'Disabled'],
    ] as const) {
      expect(await mappings.update({ UUID, ...input }, CONTEXT)).toMatchObject({ State: through });
      expect(await stateOf(UUID)).toBe(through);
      await clock.advance(10_000);
      expect(await stateOf(UUID)).toBe(end);
    }
  });

  test('nothing can be asked of a mapping on its way', async () => {
    const { create, mappings } = setUpMappings({ timing: { mappingStateDelayMs: 10_000 } });
    const { UUID } = await create();
    const inUse = { code: 'ResourceInUseException' };
    await expect(mappings.update({ UUID, BatchSize: 1 }, CONTEXT)).rejects.toMatchObject(inUse);
    await expect(mappings.remove(String(UUID), CONTEXT)).rejects.toMatchObject(inUse);
  });

  test('a deleted mapping is shown as Deleting and then is not there', async () => {
    const { create, mappings } = setUpMappings();
    const { UUID } = await create();
    expect(await mappings.remove(String(UUID), CONTEXT)).toMatchObject({ UUID, State: 'Deleting', BatchSize: 10 });
    const gone = refusal('The resource you requested does not exist.', 'ResourceNotFoundException');
    await expect(mappings.get(String(UUID), CONTEXT)).rejects.toEqual(gone);
    await expect(mappings.remove(String(UUID), CONTEXT)).rejects.toEqual(gone);
    await expect(mappings.update({ UUID, Enabled: false }, CONTEXT)).rejects.toEqual(gone);
  });

  test('a mapping outlives its function and stays enabled', async () => {
    const { create, mappings, fn } = setUpMappings();
    const { UUID } = await create();
    fn.missing = true;
    expect(await mappings.get(String(UUID), CONTEXT)).toMatchObject({ State: 'Enabled' });
  });
});

describe('a request is refused, in the words of AWS,', () => {
  test.each([
    ['without a source', { EventSourceArn: undefined }, 'Unrecognized event source.'],
    ['for an unknown kind of source', { EventSourceArn: 'arn:aws:s3:::bucket' }, 'Unrecognized event source.'],
    ['for a function that is not there', { FunctionName: 'other' }, 'Function does not exist'],
    [
      'with a success destination',
      { DestinationConfig: { OnSuccess: { Destination: QUEUE } } },
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    ],
    [
      'with a parameter of streams',
      { ParallelizationFactor: 2 },
      'Unsupported ParallelizationFactor parameter for given event source mapping type.',
    ],
    [
      'with a large batch and no window',
      { BatchSize: 11 },
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    ],
    ['with a pattern that is none', filter('plain'), 'Invalid filter pattern definition.'],
    ['with a pattern that is no object', filter('[]'), 'Invalid filter pattern definition.'],
    ['with a pattern of a bare value', filter('{"body":"x"}'), 'Invalid filter pattern definition.'],
    [
      'with an operator that mappings lack',
      filter('{"body":[{"wildcard":"*"}]}'),
      'Invalid filter pattern definition.',
    ],
  ])('%s', async (_case, input, message) => {
    const { create } = setUpMappings();
    await expect(create(input)).rejects.toEqual(refusal(message));
  });

  test('when the queue is not there', async () => {
    const { create, queue } = setUpMappings();
    queue.exists = false;
    await expect(create()).rejects.toEqual(
      refusal(
        'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
      ),
    );
  });

  test('when the queue hides messages for less than the function may run', async () => {
    const { create, fn } = setUpMappings();
    fn.timeoutMs = 60_000;
    await expect(create()).rejects.toEqual(
      refusal('Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds'),
    );
  });

  test('with a window on a FIFO queue', async () => {
    const { create, queue } = setUpMappings();
    queue.fifo = true;
    await expect(create({ MaximumBatchingWindowInSeconds: 1 })).rejects.toEqual(
      refusal('Batching window is not supported for FIFO queues'),
    );
  });

  test('for a queue and function that are tied already', async () => {
    const { create } = setUpMappings();
    const { UUID } = await create();
    await expect(create()).rejects.toEqual(
      refusal(
        `An event source mapping with SQS arn (" ${QUEUE} ") and function (" fn ") already exists. Please update or delete the existing mapping with UUID ${UUID}`,
        'ResourceConflictException',
      ),
    );
  });

  test('when an update makes the settings not fit', async () => {
    const { create, mappings } = setUpMappings();
    const { UUID } = await create();
    await expect(mappings.update({ UUID, FunctionName: 'fn', BatchSize: 11 }, CONTEXT)).rejects.toEqual(
      refusal('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10'),
    );
  });
});

describe('mappings are found', () => {
  test('by source and function, page by page, in their own account and region', async () => {
    const { create, mappings } = setUpMappings();
    await create();
    await create({ EventSourceArn: TWIN });
    await create({ FunctionName: 'fn:live' });
    const list = async (query: Record<string, unknown>, context = CONTEXT) =>
      ((await mappings.list(query, context))['EventSourceMappings'] as unknown[]).length;
    expect(await list({})).toBe(3);
    expect(await list({ EventSourceArn: TWIN })).toBe(1);
    expect(await list({ FunctionName: 'fn' })).toBe(3);
    expect(await list({ FunctionName: 'fn:live' })).toBe(1);
    expect(await list({ FunctionName: 'doesnotexist' })).toBe(0);
    expect(await list({}, { ...CONTEXT, region: 'eu-west-1' })).toBe(0);
    const page = await mappings.list({ MaxItems: 2 }, CONTEXT);
    expect(page['NextMarker']).toBeDefined();
    expect(await list({ MaxItems: 2, Marker: page['NextMarker'] })).toBe(1);
  });

  test('on the next page also where those of the last one were deleted meanwhile', async () => {
    const { create, mappings } = setUpMappings();
    const uuids = new Set<unknown>();
    for (const change of [{}, { EventSourceArn: TWIN }, { FunctionName: 'fn:live' }])
      uuids.add((await create(change))['UUID']);
    const first = await mappings.list({ MaxItems: 1 }, CONTEXT);
    const [shown] = first['EventSourceMappings'] as readonly { readonly UUID: string }[];
    await mappings.remove(String(shown?.UUID), CONTEXT);
    const rest = await mappings.list({ Marker: first['NextMarker'] }, CONTEXT);
    const others = (rest['EventSourceMappings'] as readonly { readonly UUID: string }[]).map(({ UUID }) => UUID);
    expect(new Set([shown?.UUID, ...others])).toEqual(uuids);
  });

  test('by their ARN, for their tags', async () => {
    const { create, mappings } = setUpMappings();
    const { EventSourceMappingArn: arn } = await create({ Tags: { team: 'a' } });
    expect(await mappings.tags(String(arn))).toEqual({ team: 'a' });
    await mappings.setTags(String(arn), { team: 'b' });
    expect(await mappings.tags(String(arn))).toEqual({ team: 'b' });
    expect(await mappings.tags('arn:aws:lambda:us-east-1:000000000000:event-source-mapping:none')).toBeUndefined();
  });
});

function filter(Pattern: string) {
  return { FilterCriteria: { Filters: [{ Pattern }] } };
}
