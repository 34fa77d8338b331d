// A web server that hangs does not keep the deliveries to others waiting.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createPublications } from '../../connectors/events/delivery/publications.ts';
import { ruleArn } from '../../connectors/events/rule/rule.ts';
import { MINUTE, SECOND } from '../../src/core/clock.ts';
import { createSharedPlaces, PLACES_OF_SLOW } from '../../src/core/delivery/shared-places.ts';
import type { TaskVerdict } from '../../src/core/ports/task-queue.ts';
import type { DeliveryOutcome } from '../../src/core/target.ts';
import { ACCOUNT, openEventsGround, START_MS } from './events-fixture.ts';

/** Places whose receivers answer when they are told to; time stands still unless it is moved. */
function startPlaces() {
  let nowMs = START_MS;
  const clock = { nowMs: () => nowMs, setTimer: () => ({ [Symbol.dispose]() {} }) };
  const places = createSharedPlaces(clock, clock);
  const hanging: (() => void)[] = [];
  const done: TaskVerdict = { kind: 'done' };
  return {
    hanging,
    move: (byMs: number) => {
      nowMs += byMs;
    },
    hang: (receiver: string) =>
      places(receiver, 'data', () => new Promise((resolve) => hanging.push(() => resolve(done)))),
    answer: (receiver: string) => places(receiver, 'data', async () => done),
    /** Lets the receiver take all the places that a slow one may have. */
    fill(receiver: string) {
      const filled = Array.from({ length: PLACES_OF_SLOW }, () => this.hang(receiver));
      this.move(2 * SECOND);
      return filled;
    },
  };
}

describe('a receiver', () => {
  it('that answers at once has as many places as there are', async () => {
    const { hang, hanging } = startPlaces();
    const all = Array.from({ length: 10 * PLACES_OF_SLOW }, () => hang('quick'));
    for (const answer of hanging) answer();
    expect(new Set((await Promise.all(all)).map(({ kind }) => kind))).toEqual(new Set(['done']));
  });

  it('that hangs keeps some places, and the others go on', async () => {
    const places = startPlaces();
    places.fill('slow');
    expect(await places.answer('slow')).toEqual({ kind: 'again', data: 'data', dueAtMs: START_MS + 3 * SECOND });
    expect(await places.answer('other')).toEqual({ kind: 'done' });
    expect(places.hanging).toHaveLength(PLACES_OF_SLOW);
  });

  it('that hangs is come back to one after another, within a minute', async () => {
    const places = startPlaces();
    places.fill('slow');
    const turns: number[] = [];
    for (let n = 0; n < 2000; n++) {
      const verdict = await places.answer('slow');
      if (verdict.kind === 'again') turns.push(verdict.dueAtMs - START_MS - 2 * SECOND);
    }
    expect(turns.slice(0, 3)).toEqual([SECOND, SECOND + 50, SECOND + 100]);
    expect(turns.at(-1)).toBe(MINUTE);
  });

  it('that has been slow is like the others once it answers in time', async () => {
    const places = startPlaces();
    const slow = places.fill('slow');
    for (const answer of places.hanging.splice(0)) answer();
    await Promise.all(slow);
    const again = Array.from({ length: PLACES_OF_SLOW }, () => places.hang('slow'));
    expect((await places.answer('slow')).kind).toBe('again');
    for (const answer of places.hanging.splice(0)) answer();
    await Promise.all(again);
    const all = Array.from({ length: 2 * PLACES_OF_SLOW }, () => places.hang('slow'));
    for (const answer of places.hanging) answer();
    expect(new Set((await Promise.all(all)).map(({ kind }) => kind))).toEqual(new Set(['done']));
  });
});

describe('an API destination that hangs', () => {
  const destination = (name: string) => `arn:aws:events:us-east-1:${ACCOUNT}:api-destination/${name}/1`;
  const bus = { account: ACCOUNT, region: 'us-east-1', name: 'default' };
  const EVENTS = 400;

  /** Rules `hangs`, `other` and `queue`, each with a target; calls of the first never end. */
  function startDelivering() {
    const { tasks, clock, atEnd } = openEventsGround();
    const stop = new AbortController();
    atEnd(async () => stop.abort());
    const calls = { hangs: 0, other: 0, queue: 0 };
    const arrived = new EventEmitter();
    let realMs = 0;
    const attempt = async (to: keyof typeof calls): Promise<DeliveryOutcome> => {
      calls[to] += 1;
      arrived.emit(`${to} ${calls[to]}`);
      if (to !== 'hangs') return { kind: 'accepted' };
      if (calls.hangs === PLACES_OF_SLOW) realMs += 2 * SECOND;
      return await new Promise(() => {});
    };
    const publications = createPublications({
      ...{ tasks, clock },
      places: createSharedPlaces(clock, { nowMs: () => realMs }),
      turnOf: async () => undefined,
      deliveryRules: {
        attempt: ({ what: { rule } }) => attempt(rule.name as keyof typeof calls),
        retry: () => ({ kind: 'give-up', exhausted: 'never' }),
        bury: async () => ({ kind: 'accepted' }),
        told() {},
      },
      findRule: async (_bus, name) => {
        const Arn = name === 'queue' ? `arn:aws:sqs:us-east-1:${ACCOUNT}:q` : destination(name);
        return { ...{ name, bus, arn: ruleArn(bus, name), state: 'ENABLED', tags: {} }, targets: [{ Id: 't', Arn }] };
      },
    });
    void publications.work(stop.signal);
    const put = (id: string, ...rules: readonly string[]) => {
      const event = { id, source: 's', detailType: 'd', resources: [], detail: '{}', atMs: 0, ingestedAtMs: 0 };
      const matches = [{ event: { ...event, account: ACCOUNT, region: 'us-east-1' }, rules }];
      return publications.add(id, { bus, acceptedAtMs: clock.nowMs(), matches });
    };
    return { put, calls, arrived };
  }

  it('keeps neither other targets waiting, nor other API destinations', async () => {
    const { put, calls, arrived } = startDelivering();
    const all = [once(arrived, `queue ${EVENTS}`), once(arrived, 'other 1')];
    for (let n = 0; n < EVENTS; n++) await put(`event-${n}`, 'hangs', 'queue');
    await put('last', 'other');
    await Promise.all(all);
    expect(calls).toEqual({ hangs: PLACES_OF_SLOW, other: 1, queue: EVENTS });
  });
});
