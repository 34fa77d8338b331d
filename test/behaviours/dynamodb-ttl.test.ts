// "Time To Live (TTL) for DynamoDB … lets you define a per-item timestamp to determine when an item is no longer needed. …
// Items deleted by TTL appear in the stream as service deletions."
// docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLmdbStore } from '../../src/backends/embedded/store.ts';
import { DAY, HOUR, SECOND } from '../../src/core/clock.ts';
import type { Timing } from '../../src/core/timing.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type Answer, expectRefusal, keyed, START_MS, startDynamodb } from './dynamodb-fixture.ts';

const START_S = START_MS / SECOND;
const at = (secondsFromStart: number) => ({ until: { N: String(START_S + secondsFromStart) } });
const withStream = keyed('S', {
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
});

async function startSessions(options: { readonly timing?: Partial<Timing>; readonly enabled?: boolean } = {}) {
  const subject = startDynamodb(options);
  const { call, clock } = subject;
  const sessions = await subject.table('sessions', withStream);
  const specify = (TimeToLiveSpecification: object): Promise<Answer> =>
    call('UpdateTimeToLive', { TableName: 'sessions', TimeToLiveSpecification });
  if (options.enabled ?? true) await specify({ Enabled: true, AttributeName: 'until' });
  const put = (id: string, more: object = {}) => sessions.put({ id: { S: id }, ...more });
  const ids = async (): Promise<readonly string[]> =>
    (await sessions.scan()).Items.map((item: Answer) => item.id.S).sort();
  const status = async (): Promise<Answer> =>
    (await call('DescribeTimeToLive', { TableName: 'sessions' })).TimeToLiveDescription;
  const records = async (): Promise<readonly Answer[]> => {
    const StreamArn = (await sessions.describe()).LatestStreamArn;
    const { Shards } = (await call('DescribeStream', { StreamArn })).StreamDescription;
    const ShardId = Shards[0].ShardId;
    const { ShardIterator } = await call('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' });
    return (await call('GetRecords', { ShardIterator })).Records;
  };
  return { ...subject, clock, sessions, specify, put, ids, status, records };
}

describe('An item', () => {
  it('is deleted when its time has come, not before', async () => {
    const { put, ids, clock } = await startSessions();
    await put('short', at(10));
    await put('long', at(20));
    await clock.advance(10 * SECOND - 1);
    expect(await ids()).toEqual(['long', 'short']);
    await clock.advance(1);
    expect(await ids()).toEqual(['long']);
    await clock.advance(10 * SECOND);
    expect(await ids()).toEqual([]);
  });

  it('that expires before those already there is not forgotten', async () => {
    const { put, ids, clock } = await startSessions();
    await put('long', at(3600));
    await put('short', at(1));
    await clock.advance(SECOND);
    expect(await ids()).toEqual(['long']);
  });

  it('is deleted on behalf of DynamoDB, and its stream says so', async () => {
    const { put, records, clock } = await startSessions();
    await put('a', at(1));
    await clock.advance(SECOND);
    expect((await records())[1]).toMatchObject({
      eventName: 'REMOVE',
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
      dynamodb: { Keys: { id: { S: 'a' } }, OldImage: { id: { S: 'a' }, ...at(1) } },
    });
  });

  it('that was given more time meanwhile stays', async () => {
    const { put, ids, clock } = await startSessions();
    await put('a', at(10));
    await put('b', at(10));
    await clock.advance(5 * SECOND);
    await put('a', at(30));
    await clock.advance(5 * SECOND);
    expect(await ids()).toEqual(['a']);
  });

  it('stays when its attribute is no number, or its time is more than five years ago', async () => {
    const { put, ids, clock } = await startSessions();
    await put('text', { until: { S: String(START_S) } });
    await put('ancient', at((-6 * 365 * DAY) / SECOND));
    await put('none');
    await put('never', { until: { N: '9e125' } });
    await clock.advance(DAY);
    expect(await ids()).toEqual(['ancient', 'never', 'none', 'text']);
  });

  it('that was there before TTL was enabled expires too', async () => {
    const { put, ids, clock, specify } = await startSessions({ enabled: false });
    await put('a', at(10));
    await clock.advance(5 * SECOND);
    await specify({ Enabled: true, AttributeName: 'until' });
    await clock.advance(5 * SECOND);
    expect(await ids()).toEqual([]);
  });

  it('is deleted at once when its time has come before it was written', async () => {
    const { put, ids, activity } = await startSessions();
    await put('a', at(-10));
    await activity.rest(PATIENCE_MS);
    expect(await ids()).toEqual([]);
  });

  it('of a table that is deleted meanwhile troubles nobody', async () => {
    const { put, specify, call, activity, clock, entries } = await startSessions({ enabled: false });
    for (let n = 0; n < 10; n += 1) await put(`${n}`, at(1));
    const specified = specify({ Enabled: true, AttributeName: 'until' });
    await call('DeleteTable', { TableName: 'sessions' });
    await specified;
    await clock.advance(SECOND);
    expect(await activity.rest(PATIENCE_MS)).toEqual([]);
    expect(entries.filter(({ kind }) => kind === 'fault')).toEqual([]);
  });

  it('outlives its time by the lag that was set', async () => {
    const { put, ids, clock } = await startSessions({ timing: { ttlLagMs: HOUR } });
    await put('a', at(10));
    await clock.advance(HOUR + 9 * SECOND);
    expect(await ids()).toEqual(['a']);
    await clock.advance(SECOND);
    expect(await ids()).toEqual([]);
  });

  it('expires with hundreds of others at once, each with one record', async () => {
    const { put, ids, clock, records } = await startSessions();
    for (let n = 0; n < 400; n += 1) await put(`${n}`, at(10));
    await clock.advance(10 * SECOND);
    expect(await ids()).toEqual([]);
    expect((await records()).filter(({ eventName }) => eventName === 'REMOVE')).toHaveLength(400);
  });

  it('expires after a restart of the process', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'headwater-ttl-'));
    try {
      const before = await openLmdbStore({ dataDir, fsync: false });
      const first = startDynamodb({ store: before });
      const sessions = await first.table('sessions');
      const TimeToLiveSpecification = { Enabled: true, AttributeName: 'until' };
      await first.call('UpdateTimeToLive', { TableName: 'sessions', TimeToLiveSpecification });
      await sessions.put({ id: { S: 'a' }, ...at(10) });
      await sessions.put({ id: { S: 'b' }, ...at(1000) });
      await first.activity.rest(PATIENCE_MS);
      await first.dynamodb.close();
      await before[Symbol.asyncDispose]();

      const after = await openLmdbStore({ dataDir, fsync: false });
      const second = startDynamodb({ store: after });
      await second.clock.advance(10 * SECOND);
      const { Items } = await second.call('Scan', { TableName: 'sessions' });
      expect(Items.map((item: Answer) => item.id.S)).toEqual(['b']);
      await second.dynamodb.close();
      await after[Symbol.asyncDispose]();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});

describe('Time to live', () => {
  it('is described as it is', async () => {
    const { status, specify } = await startSessions({ enabled: false });
    expect(await status()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await specify({ Enabled: true, AttributeName: 'until' });
    expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'until' });
  });

  it('takes as long to change as AWS does, where that is asked for', async () => {
    const { status, specify, clock } = await startSessions({
      enabled: false,
      timing: { tableStateDelayMs: 5 * SECOND },
    });
    await clock.advance(5 * SECOND);
    await specify({ Enabled: true, AttributeName: 'until' });
    expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLING', AttributeName: 'until' });
    await clock.advance(5 * SECOND);
    expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'until' });
  });

  it('that is disabled lets nothing expire', async () => {
    const { put, ids, specify, clock, status } = await startSessions();
    await put('a', at(7200));
    await clock.advance(HOUR);
    await specify({ Enabled: false, AttributeName: 'until' });
    expect(await status()).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await clock.advance(DAY);
    expect(await ids()).toEqual(['a']);
  });

  it.each([
    [{ Enabled: true, AttributeName: 'until' }, 'TimeToLive is already enabled'],
    [
      { Enabled: true, AttributeName: 'other' },
      'TimeToLive is active on a different AttributeName: current AttributeName is until',
    ],
    [
      { Enabled: false, AttributeName: 'until' },
      'Time to live has been modified multiple times within a fixed interval',
    ],
  ])('refuses %j right after it was enabled', async (specification, message) => {
    const { specify } = await startSessions();
    await expectRefusal(specify(specification), 'ValidationException', message);
  });

  it('cannot be disabled where it is not enabled', async () => {
    const { specify } = await startSessions({ enabled: false });
    await expectRefusal(
      specify({ Enabled: false, AttributeName: 'until' }),
      'ValidationException',
      'TimeToLive is already disabled',
    );
  });
});
