// Tags, policies, backups and limits of tables: docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html,
// …/access-control-resource-based.html and …/Point-in-time-recovery.html
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/core/clock.ts';
import { type Answer, expectRefusal, keyed, START_MS, startDynamodb, TABLE_ARN } from './dynamodb-fixture.ts';

const ARN = `${TABLE_ARN}orders`;

async function startTable(definition: object = keyed('S')) {
  const subject = startDynamodb();
  await subject.table('orders', definition);
  const on = (operation: string, input: object = {}): Promise<Answer> =>
    subject.call(operation, { ResourceArn: ARN, ...input });
  const tags = async (): Promise<Answer> => (await on('ListTagsOfResource')).Tags;
  return { ...subject, on, tags };
}

const range = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `k${n}`, Value: '' }));

describe('Tags', () => {
  it('are those of the creation, changed and removed by key', async () => {
    const { on, tags } = await startTable(keyed('S', { Tags: [{ Key: 'team', Value: 'blue' }] }));
    await on('TagResource', {
      Tags: [
        { Key: 'team', Value: 'red' },
        { Key: 'stage', Value: 'dev' },
      ],
    });
    expect(await tags()).toEqual([
      { Key: 'team', Value: 'red' },
      { Key: 'stage', Value: 'dev' },
    ]);
    await on('UntagResource', { TagKeys: ['team', 'unknown'] });
    expect(await tags()).toEqual([{ Key: 'stage', Value: 'dev' }]);
  });

  it('are none where nobody gave any', async () => {
    expect(await (await startTable()).tags()).toEqual([]);
  });

  it.each([
    [[], 'Atleast one Tag needs to be provided as Input.'],
    [[{ Key: 'aws:x', Value: '' }], 'Tag Key cannot be prefixed with aws:, Key: aws:x'],
    [[{ Key: 'a*b', Value: '' }], 'The Tag Key provided is invalid, Key: a*b'],
    [[{ Key: 'a', Value: '<' }], 'The Tag Value provided is invalid, Value: <'],
    [
      [
        { Key: 'a', Value: '' },
        { Key: 'a', Value: '' },
      ],
      'Duplicate Tag Keys provided as input: Duplicate Tag Key found a',
    ],
    [range(51), 'Number of Tags exceed the current limit for the provided ResourceArn'],
  ])('refuses %j', async (Tags, message) => {
    const { on } = await startTable();
    await expectRefusal(on('TagResource', { Tags }), 'ValidationException', message);
  });

  it('are refused where there is no such table, or the ARN names something else', async () => {
    const { on } = await startTable();
    const refused = (ResourceArn: string, code: string, message: string) =>
      expectRefusal(on('ListTagsOfResource', { ResourceArn }), code, message);
    await refused(
      `${ARN}x`,
      'ResourceNotFoundException',
      `Requested resource not found: ResourcArn: ${ARN}x not found`,
    );
    const invalid = 'One or more parameter values were invalid:';
    await refused('orders', 'ValidationException', `${invalid} ARNs must start with 'arn:': orders`);
    const bucket = 'arn:aws:s3:::bucket';
    await refused(bucket, 'ValidationException', `${invalid} Provided Arn is not a DynamoDB resource arn: ${bucket}`);
    await refused(
      `${ARN}/index/i`,
      'ValidationException',
      `${invalid} Invalid resource arn provided, only table or stream is accepted. Provided resource arn: ${ARN}/index/i`,
    );
  });
});

describe('A policy', () => {
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  const NONE = 'Resource-based policy not found for the provided ResourceArn:';

  it('is kept as it was given, under a revision', async () => {
    const { on } = await startTable();
    const { RevisionId } = await on('PutResourcePolicy', { Policy });
    expect(await on('GetResourcePolicy')).toEqual({ Policy, RevisionId });
    expect(await on('PutResourcePolicy', { Policy })).toEqual({ RevisionId });
    expect(await on('DeleteResourcePolicy')).toEqual({ RevisionId });
    expect(await on('DeleteResourcePolicy')).toEqual({});
    await expectRefusal(on('GetResourcePolicy'), 'PolicyNotFoundException', `${NONE} ${ARN}`);
  });

  it('is changed only at the revision that is expected', async () => {
    const { on } = await startTable();
    const { RevisionId } = await on('PutResourcePolicy', { Policy, ExpectedRevisionId: 'NO_POLICY' });
    await expectRefusal(
      on('PutResourcePolicy', { Policy, ExpectedRevisionId: 'NO_POLICY' }),
      'PolicyNotFoundException',
      `${NONE} Requested policy update expecting none to be present for table orders, but a policy exists with revision id ${RevisionId}.`,
    );
    await expectRefusal(
      on('DeleteResourcePolicy', { ExpectedRevisionId: '1' }),
      'PolicyNotFoundException',
      `${NONE} Requested update for policy with revision id 1, but the policy associated to target table orders has revision id ${RevisionId}.`,
    );
    const other = await on('PutResourcePolicy', { Policy: '{}', ExpectedRevisionId: RevisionId });
    expect(other.RevisionId).not.toBe(RevisionId);
  });

  it('of a stream is another one than its table has', async () => {
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };
    const { on, call } = await startTable(keyed('S', { StreamSpecification }));
    const stream = (await call('DescribeTable', { TableName: 'orders' })).Table.LatestStreamArn;
    await on('PutResourcePolicy', { ResourceArn: stream, Policy });
    expect(await on('GetResourcePolicy', { ResourceArn: stream })).toMatchObject({ Policy });
    await expectRefusal(on('GetResourcePolicy'), 'PolicyNotFoundException', `${NONE} ${ARN}`);
  });

  it('is refused when it is no JSON, too long, or of no table', async () => {
    const { on } = await startTable();
    const invalid = 'One or more parameter values were invalid:';
    await expectRefusal(
      on('PutResourcePolicy', { Policy: 'nonsense' }),
      'ValidationException',
      `${invalid} Invalid policy document: This policy contains invalid Json`,
    );
    await expectRefusal(
      on('PutResourcePolicy', { Policy: `{"Sid":"${'x'.repeat(20_480)}"}` }),
      'ValidationException',
      `${invalid} Maximum policy size of 20480 bytes exceeded`,
    );
    await expectRefusal(
      on('GetResourcePolicy', { ResourceArn: `${ARN}x` }),
      'ResourceNotFoundException',
      'Requested resource not found: Table: ordersx not found',
    );
  });
});

describe('Point in time recovery', () => {
  const specify = (PointInTimeRecoverySpecification: object) => ({
    TableName: 'orders',
    PointInTimeRecoverySpecification,
  });

  it('is off until it is asked for, and then tells how far back it reaches', async () => {
    const { call, clock } = await startTable();
    expect(await call('DescribeContinuousBackups', { TableName: 'orders' })).toEqual({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    });
    await call('UpdateContinuousBackups', specify({ PointInTimeRecoveryEnabled: true }));
    await clock.advance(HOUR);
    const { ContinuousBackupsDescription } = await call('DescribeContinuousBackups', { TableName: 'orders' });
    expect(ContinuousBackupsDescription.PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: new Date(START_MS),
      LatestRestorableDateTime: new Date(START_MS + HOUR),
    });
    await clock.advance(40 * DAY);
    const later = await call('DescribeContinuousBackups', { TableName: 'orders' });
    const { EarliestRestorableDateTime } = later.ContinuousBackupsDescription.PointInTimeRecoveryDescription;
    expect(EarliestRestorableDateTime).toEqual(new Date(START_MS + HOUR + 5 * DAY));
  });

  it('takes no period when it is switched off', async () => {
    const { call } = await startTable();
    await expectRefusal(
      call('UpdateContinuousBackups', specify({ PointInTimeRecoveryEnabled: false, RecoveryPeriodInDays: 5 })),
      'ValidationException',
      'Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.',
    );
  });

  it('is refused for a table that is not there', async () => {
    const { call } = await startTable();
    await expectRefusal(
      call('DescribeContinuousBackups', { TableName: 'missing' }),
      'TableNotFoundException',
      'Table not found: missing',
    );
  });
});

it('limits and endpoints are told as AWS tells them', async () => {
  const { call } = await startTable();
  expect(await call('DescribeLimits', {})).toEqual({
    AccountMaxReadCapacityUnits: 80_000,
    AccountMaxWriteCapacityUnits: 80_000,
    TableMaxReadCapacityUnits: 40_000,
    TableMaxWriteCapacityUnits: 40_000,
  });
  expect(await call('DescribeEndpoints', {})).toEqual({
    Endpoints: [{ Address: 'localhost:4566', CachePeriodInMinutes: 1440 }],
  });
});
