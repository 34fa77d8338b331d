// Visibility and order hold whatever consumers do and however time passes; the seed is printed.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openMessageQueue } from '../../src/backends/embedded/message-queue/message-queue.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { HOUR, SECOND } from '../../src/core/clock.ts';
import type { QueueSettings, ReceivedMessage } from '../../src/core/ports/message-queue.ts';
import { conditions, FIFO, message, ORDERS, STANDARD } from '../conformance/message-queue.ts';
import { runSeed } from '../support/seed.ts';

type Step =
  | { readonly kind: 'send'; readonly group: number; readonly delayS: number }
  | { readonly kind: 'receive'; readonly max: number; readonly hideS: number }
  | { readonly kind: 'delete' | 'release'; readonly which: number }
  | { readonly kind: 'hide'; readonly which: number; readonly hideS: number }
  | { readonly kind: 'advance'; readonly byS: number };

const seconds = fc.integer({ min: 0, max: 8 });
const which = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('send' as const), group: fc.nat({ max: 2 }), delayS: fc.constantFrom(0, 0, 0, 3) }),
  fc.record({ kind: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 5 }), hideS: seconds }),
  fc.record({ kind: fc.constantFrom('delete' as const, 'release' as const), which }),
  fc.record({ kind: fc.constant('hide' as const), which, hideS: seconds }),
  fc.record({ kind: fc.constant('advance' as const), byS: seconds }),
);

/** What a test believes of a message. */
interface Known {
  readonly id: string;
  readonly group: number;
  hiddenUntilMs: number;
  deleted: boolean;
  handle: string | undefined;
}

/** Runs the steps against a queue, telling `seen` of each receive before the beliefs are updated. */
async function play(
  settings: QueueSettings,
  steps: readonly Step[],
  seen: (taken: readonly Known[], all: readonly Known[], nowMs: number) => void,
) {
  const { clock, ...around } = conditions();
  const queues = openMessageQueue({ store: openMemoryStore(), clock, ...around });
  await queues.declare(ORDERS, settings);
  const all: Known[] = [];
  const knownOf = ({ id }: ReceivedMessage) => all.find((known) => known.id === id) as Known;
  const pick = (index: number) => {
    const taken = all.filter(({ handle, deleted }) => handle !== undefined && !deleted);
    return taken[index % taken.length];
  };
  const receive = async (max: number, hideS: number) => {
    const messages = await queues.receive(ORDERS, { max, visibilityTimeoutMs: hideS * SECOND });
    seen(messages.map(knownOf), all, clock.nowMs());
    for (const taken of messages) {
      Object.assign(knownOf(taken), { hiddenUntilMs: taken.visibleAtMs, handle: taken.handle });
    }
    return messages;
  };
  const run = async (action: Step) => {
    const known = 'which' in action ? pick(action.which) : undefined;
    if (action.kind === 'send') {
      const id = `m${all.length}`;
      const delayMs = settings.fifo ? 0 : action.delayS * SECOND;
      all.push({ id, group: action.group, hiddenUntilMs: clock.nowMs() + delayMs, deleted: false, handle: undefined });
      const groupId = settings.fifo ? `g${action.group}` : undefined;
      await queues.send(ORDERS, [message(id, { groupId, delayMs })]);
    } else if (action.kind === 'receive') await receive(action.max, action.hideS);
    else if (action.kind === 'advance') await clock.advance(action.byS * SECOND);
    else if (known?.handle !== undefined && action.kind === 'delete') {
      const [outcome] = await queues.remove(ORDERS, [known.handle]);
      known.deleted ||= outcome === 'done';
    } else if (known?.handle !== undefined && action.kind === 'release' && known.hiddenUntilMs > clock.nowMs()) {
      await queues.release(ORDERS, [known.handle]);
      if (!known.deleted) Object.assign(known, { hiddenUntilMs: clock.nowMs(), handle: undefined });
    } else if (known?.handle !== undefined && action.kind === 'hide') {
      const change = { handle: known.handle, timeoutMs: action.hideS * SECOND };
      const [outcome] = await queues.changeVisibility(ORDERS, [change]);
      if (outcome === 'done') known.hiddenUntilMs = clock.nowMs() + action.hideS * SECOND;
    }
  };
  for (const action of steps) await run(action);
  return { clock, queues, all, receive };
}

function expectVisible(taken: readonly Known[], nowMs: number): void {
  expect(new Set(taken).size).toBe(taken.length);
  for (const known of taken) {
    expect(known.deleted).toBe(false);
    expect(known.hiddenUntilMs).toBeLessThanOrEqual(nowMs);
  }
}

describe('whatever consumers do', () => {
  test('a message is never handed out while it is hidden or after it was deleted, and none is lost', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const { clock, all, receive } = await play(STANDARD, steps, (taken, _all, nowMs) => expectVisible(taken, nowMs));
      await clock.advance(HOUR);
      const left = await receive(1000, 30);
      expect(left.map(({ id }) => id).sort()).toEqual(
        all
          .filter(({ deleted }) => !deleted)
          .map(({ id }) => id)
          .sort(),
      );
    });
    await fc.assert(property, { seed: runSeed('visibility'), numRuns: 150 });
  });

  test('a FIFO group is handed out in order, and nothing of it past a message that cannot be taken', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const { clock, queues, all, receive } = await play(FIFO, steps, (taken, known, nowMs) => {
        expectVisible(taken, nowMs);
        for (const [index, one] of taken.entries()) {
          const before = known.slice(0, known.indexOf(one)).filter(({ group }) => group === one.group);
          const pending = before.filter(({ deleted }) => !deleted);
          expect(taken.slice(0, index)).toEqual(expect.arrayContaining(pending));
        }
      });
      await clock.advance(HOUR);
      const waiting = all.filter(({ deleted }) => !deleted).length;
      expect(await receive(1000, 30)).toHaveLength(waiting);
      expect((await queues.counts(ORDERS)).visible).toBe(0);
    });
    await fc.assert(property, { seed: runSeed('FIFO order'), numRuns: 150 });
  });
});
