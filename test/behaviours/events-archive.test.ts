// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html and
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html: archives keep what comes onto a bus, and
// replays bring it back, minute by minute.
import { describe, expect, test, vi } from 'vitest';
import { type Replay, replayArn } from '../../connectors/events/replay/replay.ts';
import { createReplayDirectory } from '../../connectors/events/replay/replay-directory.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import type { ServiceError } from '../../src/core/errors.ts';
import { ACCOUNT, FUNCTION, openEventsGround, START_MS, startEvents, TOPIC } from './events-fixture.ts';

const arnOf = (resource: string) => `arn:aws:events:us-east-1:${ACCOUNT}:${resource}`;
const DEFAULT_BUS = arnOf('event-bus/default');

/** EventBridge with an archive of the default bus, and a function that gets all events of source `shop`. */
async function start(archive: object = {}) {
  const events = startEvents();
  const { call, clock, settled } = events;
  await call('CreateArchive', { ArchiveName: 'all', EventSourceArn: DEFAULT_BUS, ...archive });
  const ruleArn = await events.rule('orders', [{ Arn: FUNCTION }]);
  /** What the function got since this was last asked. */
  const received = () => events.fakes.got.splice(0).map(({ text }) => JSON.parse(text));
  return {
    ...{ ...events, ruleArn, received },
    /** Puts an event; what the function got of it. */
    async happened(id: number, entry: object = {}) {
      await events.put({ Detail: JSON.stringify({ id }), ...entry });
      return received();
    },
    /** Replays a time, by default all of it, and waits until that is over. */
    async replay(ReplayName: string, more: { from?: number; to?: number; FilterArns?: readonly string[] } = {}) {
      const { from = START_MS - DAY, to = clock.nowMs() + SECOND, FilterArns } = more;
      const answer = await call('StartReplay', {
        ...{ ReplayName, EventSourceArn: arnOf('archive/all') },
        ...{ EventStartTime: new Date(from), EventEndTime: new Date(to) },
        Destination: { Arn: DEFAULT_BUS, FilterArns },
      });
      await settled();
      return answer;
    },
    archived: async () => (await call('DescribeArchive', { ArchiveName: 'all' })).EventCount,
  };
}

async function refusalOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'nothing was refused',
    ({ code, message }: ServiceError) => `${code}: ${message}`,
  );
}

const ids = (events: readonly { readonly detail: { readonly id: number } }[]) => events.map(({ detail }) => detail.id);

describe('an archive', () => {
  test('keeps the events that its pattern matches', async () => {
    const { happened, call } = await start({ EventPattern: '{"detail":{"id":[{"numeric":[">",1]}]}}' });
    for (const id of [1, 2, 3]) await happened(id);
    const { EventCount, SizeBytes } = await call('DescribeArchive', { ArchiveName: 'all' });
    expect(EventCount).toBe(2);
    expect(SizeBytes).toBeGreaterThan(0);
  });

  test('keeps what follows a change of its pattern by the new one', async () => {
    const { happened, call, archived } = await start();
    await happened(1);
    await call('UpdateArchive', { ArchiveName: 'all', EventPattern: '{"source":["other"]}' });
    await happened(2);
    expect(await archived()).toBe(1);
  });

  test('forgets events past its retention within a day, and replays none of them', async () => {
    const { happened, replay, received, archived, clock } = await start({ RetentionDays: 2 });
    await happened(1);
    await clock.advance(1.5 * DAY);
    await happened(2);
    await clock.advance(DAY - HOUR);
    await replay('late');
    expect(ids(received())).toEqual([2]);
    await clock.advance(2 * DAY);
    expect(await archived()).toBe(0);
  });

  test('begins empty when it is created again', async () => {
    const { happened, call, archived } = await start();
    await happened(1);
    await call('DeleteArchive', { ArchiveName: 'all' });
    await happened(2);
    await call('CreateArchive', { ArchiveName: 'all', EventSourceArn: DEFAULT_BUS });
    expect(await archived()).toBe(0);
  });

  test('outlives the process that made it, and keeps what another process is told', async () => {
    const ground = openEventsGround();
    const one = startEvents({ ground });
    await one.call('CreateArchive', { ArchiveName: 'all', EventSourceArn: DEFAULT_BUS });
    await one.close();
    const other = startEvents({ ground });
    await other.put();
    expect((await other.call('DescribeArchive', { ArchiveName: 'all' })).EventCount).toBe(1);
  });

  test('is told of in the journal by the id of each event', async () => {
    const { happened, entries } = await start();
    const [{ id }] = await happened(1);
    expect(entries.filter(({ eventIds }) => eventIds?.includes(id)).map(({ what }) => what)).toContain(
      'Kept in archive all',
    );
  });

  test('is gone after a reset', async () => {
    const { events, call, happened } = await start();
    await happened(1);
    await events.reset();
    expect((await call('ListArchives', {})).Archives).toEqual([]);
  });
});

describe('a replay', () => {
  test('brings events back in the order of their times, with its name, and archives them no second time', async () => {
    const { happened, replay, received, call, archived } = await start();
    const [original] = await happened(1);
    await happened(2, { Time: new Date(START_MS - HOUR) });
    const answer = await replay('again');
    expect(answer).toMatchObject({ ReplayArn: arnOf('replay/again'), State: 'STARTING' });
    const back = received();
    expect(ids(back)).toEqual([2, 1]);
    expect(back[1]).toEqual({ ...original, 'replay-name': 'again' });
    expect(await archived()).toBe(2);
    expect(await call('DescribeReplay', { ReplayName: 'again' })).toMatchObject({
      State: 'COMPLETED',
      EventSourceArn: arnOf('archive/all'),
      EventLastReplayedTime: new Date(START_MS),
      Destination: { Arn: DEFAULT_BUS },
    });
  });

  test('brings back only events of its time, its end without', async () => {
    const { happened, replay, received, clock } = await start();
    for (const id of [0, 1, 2, 3]) {
      await happened(id);
      await clock.advance(MINUTE);
    }
    await replay('middle', { from: START_MS + MINUTE, to: START_MS + 3 * MINUTE });
    expect(ids(received())).toEqual([1, 2]);
  });

  test('brings back more events than one step takes', async () => {
    const { happened, replay, received } = await start();
    for (let id = 0; id < 120; id++) await happened(id);
    await replay('all');
    expect(new Set(ids(received())).size).toBe(120);
  });

  test('takes no more at once than fits into one request, however large its events are', async () => {
    const { ground, happened, replay, received } = await start();
    const sizes: number[] = [];
    const add = ground.tasks.add.bind(ground.tasks);
    vi.spyOn(ground.tasks, 'add').mockImplementation(async (queue, task) => {
      sizes.push(JSON.stringify(task.data).length);
      await add(queue, task);
    });
    for (const id of [1, 2, 3]) {
      await happened(id, { Detail: JSON.stringify({ id, text: 'x'.repeat(700_000) }) });
    }
    await replay('large');
    expect(ids(received())).toEqual([1, 2, 3]);
    expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);
  });

  test('shows events only to the rules that it names', async () => {
    const { happened, replay, fakes, rule, ruleArn } = await start();
    await rule('other', [{ Arn: TOPIC }]);
    await happened(1);
    await replay('filtered', { FilterArns: [ruleArn] });
    expect(fakes.got.map(({ arn }) => arn)).toEqual([FUNCTION]);
  });

  test('goes on in another process when its own is gone', async () => {
    const ground = openEventsGround();
    const one = startEvents({ ground });
    await one.call('CreateArchive', { ArchiveName: 'all', EventSourceArn: DEFAULT_BUS });
    await one.put();
    await one.close();
    // Nobody works on it yet.
    await one.call('StartReplay', {
      ...{ ReplayName: 'orphan', EventSourceArn: arnOf('archive/all') },
      ...{ EventStartTime: new Date(START_MS - HOUR), EventEndTime: new Date(START_MS + HOUR) },
      Destination: { Arn: DEFAULT_BUS },
    });
    const other = startEvents({ ground });
    await other.settled();
    expect((await other.call('DescribeReplay', { ReplayName: 'orphan' })).State).toBe('COMPLETED');
  });

  test('that is cancelled brings back nothing more', async () => {
    const { happened, received, call, settled, ...events } = await start();
    await happened(1);
    await events.events.close();
    await call('StartReplay', {
      ...{ ReplayName: 'not-wanted', EventSourceArn: arnOf('archive/all') },
      ...{ EventStartTime: new Date(START_MS - HOUR), EventEndTime: new Date(START_MS + HOUR) },
      Destination: { Arn: DEFAULT_BUS },
    });
    expect(await call('CancelReplay', { ReplayName: 'not-wanted' })).toMatchObject({ State: 'CANCELLING' });
    const other = startEvents({ ground: events.ground });
    await other.settled();
    expect((await other.call('DescribeReplay', { ReplayName: 'not-wanted' })).State).toBe('CANCELLED');
    expect(received()).toEqual([]);
  });

  test('fails with a reason when its bus is gone', async () => {
    const { call, ...events } = startEvents();
    await call('CreateEventBus', { Name: 'short' });
    const bus = arnOf('event-bus/short');
    await call('CreateArchive', { ArchiveName: 'all', EventSourceArn: bus });
    await events.events.close();
    await call('StartReplay', {
      ...{ ReplayName: 'lost', EventSourceArn: arnOf('archive/all') },
      ...{ EventStartTime: new Date(START_MS - HOUR), EventEndTime: new Date(START_MS + HOUR) },
      Destination: { Arn: bus },
    });
    await call('DeleteEventBus', { Name: 'short' });
    const other = startEvents({ ground: events.ground });
    await other.settled();
    expect(await other.call('DescribeReplay', { ReplayName: 'lost' })).toMatchObject({
      State: 'FAILED',
      StateReason: 'Event bus short was deleted.',
    });
  });
});

describe('what AWS refuses', () => {
  const window = { EventStartTime: new Date(START_MS), EventEndTime: new Date(START_MS + HOUR) };
  const replayOf = (more: object) => ({
    ...{ ReplayName: 'r', EventSourceArn: arnOf('archive/all'), Destination: { Arn: DEFAULT_BUS }, ...window },
    ...more,
  });

  test.each([
    ['CreateArchive', { ArchiveName: 'all', EventSourceArn: DEFAULT_BUS }, 'Archive all already exists.'],
    ['CreateArchive', { ArchiveName: 'b', EventSourceArn: arnOf('event-bus/no') }, 'Event bus no does not exist.'],
    [
      'CreateArchive',
      { ArchiveName: 'b', EventSourceArn: DEFAULT_BUS, EventPattern: '{"a":1}' },
      'Event pattern is not valid. Reason: ',
    ],
    ['DescribeArchive', { ArchiveName: 'no' }, 'Archive no does not exist.'],
    ['DeleteArchive', { ArchiveName: 'no' }, 'Archive no does not exist.'],
    [
      'UpdateArchive',
      { ArchiveName: 'no' },
      'At least one of EventPattern, RetentionDays or Description must be provided.',
    ],
    ['UpdateArchive', { ArchiveName: 'no', RetentionDays: 1 }, 'Archive no does not exist.'],
    ['ListArchives', { EventSourceArn: arnOf('event-bus/no') }, 'Event bus no does not exist.'],
    ['ListArchives', { NamePrefix: 'a', State: 'ENABLED' }, 'At most one filter is allowed for ListArchives.'],
    [
      'StartReplay',
      replayOf({ EventSourceArn: arnOf('archive/no') }),
      'Parameter EventSourceArn is not valid. Reason: Archive no does not exist.',
    ],
    [
      'StartReplay',
      replayOf({ Destination: { Arn: arnOf('event-bus/other') } }),
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
    ],
    [
      'StartReplay',
      replayOf({ EventEndTime: window.EventStartTime }),
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
    ],
    [
      'StartReplay',
      replayOf({ Destination: { Arn: DEFAULT_BUS, FilterArns: [arnOf('rule/no')] } }),
      'Parameter Destination.FilterArns is not valid.',
    ],
    ['DescribeReplay', { ReplayName: 'no' }, 'Replay no does not exist.'],
    ['CancelReplay', { ReplayName: 'no' }, 'Replay no does not exist.'],
  ])('%s %j', async (operation, input, message) => {
    const { call } = await start();
    expect(await refusalOf(call(operation, input))).toContain(message);
  });

  test('a second replay of the same name, an eleventh that is active, and cancelling one that has ended', async () => {
    const { call, replay, events } = await start();
    await replay('r');
    expect(await refusalOf(replay('r'))).toContain('Replay r already exists.');
    expect(await refusalOf(call('CancelReplay', { ReplayName: 'r' }))).toContain('IllegalStatusException');
    await events.close();
    for (let count = 0; count < 10; count++) await replay(`active-${count}`).catch(() => {});
    expect(await refusalOf(call('StartReplay', replayOf({ ReplayName: 'eleventh' })))).toContain(
      'LimitExceededException',
    );
  });

  test('what goes beyond ten active replays, also when several processes start many at once', async () => {
    const { registry, clock } = openEventsGround();
    const [first, second] = [createReplayDirectory(registry, clock), createReplayDirectory(registry, clock)];
    const bus = { account: ACCOUNT, region: 'us-east-1', name: 'default' };
    const replay = (n: number): Replay => {
      const name = { ...bus, name: `replay-${n}` };
      const times = { fromMs: 0, toMs: 1, startedAtMs: START_MS };
      return { ...name, ...times, arn: replayArn(name), archive: bus, log: 'log', bus, state: 'STARTING' };
    };
    const starts = Array.from({ length: 12 }, (_, n) => (n % 2 ? first : second).create(replay(n)));
    const outcomes = await Promise.allSettled(starts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await first.list()).toHaveLength(10);
    await first.clear();
    await second.create(replay(0));
  });

  test('lists archives and replays by name, page by page', async () => {
    const { call, replay } = await start();
    for (const name of ['a', 'b', 'c']) await replay(`old-${name}`);
    const first = await call('ListReplays', { NamePrefix: 'old', Limit: 2 });
    const second = await call('ListReplays', { NamePrefix: 'old', Limit: 2, NextToken: first.NextToken });
    const names = [...first.Replays, ...second.Replays].map(({ ReplayName }: { ReplayName: string }) => ReplayName);
    expect(names).toEqual(['old-a', 'old-b', 'old-c']);
    expect(second.NextToken).toBeUndefined();
    expect((await call('ListReplays', { State: 'RUNNING' })).Replays).toEqual([]);
    expect((await call('ListArchives', { NamePrefix: 'al' })).Archives).toEqual([
      expect.objectContaining({ ArchiveName: 'all', RetentionDays: 0, EventCount: 0, State: 'ENABLED' }),
    ]);
  });
});
