import { createHash } from 'node:crypto';
import type { Activity, Due } from '../../../src/core/activity.ts';
import type { Arn } from '../../../src/core/arn.ts';
import { type Clock, DAY, MINUTE, SECOND, sleep } from '../../../src/core/clock.ts';
import { deliverTo } from '../../../src/core/delivery/deliver-to.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { LogRecord } from '../../../src/core/ports/event-log.ts';
import type { ChangeEntry, ChangeLog } from '../../../src/core/ports/table-store.ts';
import type { Delivery, Targets } from '../../../src/core/target.ts';
import { backOffMs } from '../../../src/core/waiting/back-off.ts';
import { untilDone } from '../../../src/core/waiting/until-done.ts';
import { itemKeyText } from '../stream/stream-event.ts';
import { changePayload, type PayloadContext } from './change-payload.ts';
import type { Route } from './route.ts';

/** What a relay works on. */
export interface RelayParts {
  readonly changes: ChangeLog;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly journal: Journal;
}

/** Carries a table's changes to Kinesis, those of one item in their order. */
export interface Relay {
  /** Sends on until there is nothing left, and ends then. */
  drain(): void;
  /** Ends at once; what is left waits for the next start. */
  stop(): void;
  readonly ended: Promise<void>;
}

type Change = LogRecord<ChangeEntry>;

/** The one partition of the log: it does not grow. */
const PARTITION = 0;
const PAGE = { maxRecords: 500, maxBytes: 4 * 2 ** 20 };
const RETRY = { firstMs: SECOND, maxMs: MINUTE };
const GIVE_UP_AFTER_MS = DAY;

/**
 * Starts a relay. The log is its memory: what was delivered is trimmed, so that it goes on there after a restart. A change
 * may arrive twice then, as in AWS.
 */
export function startRelay(parts: RelayParts, route: Route, precision: () => PayloadContext['precision']): Relay {
  const { changes, clock, activity } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** What was sent behind a change that Kinesis did not take. */
  const sent = new Set<number>();
  let draining = false;
  let retryAtMs: number | undefined;
  let wake = () => {};

  const pending = () => {
    const { first, next } = changes.known(route.log, PARTITION);
    return next - first;
  };
  const due = (): Due => {
    const left = pending();
    // While it waits to try again there is nothing that it could take.
    return retryAtMs === undefined ? { dueNow: left } : { dueNow: 0, nextDueAtMs: retryAtMs };
  };
  const pause = async (delayMs: number) => {
    retryAtMs = clock.nowMs() + delayMs;
    // Cleared in the timer's own turn, before anybody could take this for rest.
    using _timer = clock.setTimer(delayMs, () => {
      retryAtMs = undefined;
    });
    await sleep(clock, delayMs, signal).catch(() => {});
    retryAtMs = undefined;
  };
  /** Sends what is not sent yet; returns what Kinesis did not take of it. */
  const sendPage = async (): Promise<readonly Change[]> => {
    const page = await changes.read(route.log, PARTITION, 0, PAGE);
    const left = page.filter(({ offset }) => !sent.has(offset));
    const context = { tableName: route.tableName, region: route.region, precision: precision() };
    const unsent = await send(parts, route, { left, context, signal });
    const refused = new Set(unsent);
    for (const change of left) if (!refused.has(change)) sent.add(change.offset);
    let done = page[0]?.offset ?? 0;
    while (sent.delete(done)) done += 1;
    await changes.trimBefore(route.log, PARTITION, done);
    return unsent;
  };
  const run = async () => {
    let failures = 0;
    while (!signal.aborted) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (pending() > 0) {
        const unsent = await activity.during('sending changes to Kinesis', () => untilDone(sendPage, signal));
        failures = unsent && unsent.length > 0 ? failures + 1 : 0;
        if (failures > 0) await pause(backOffMs(failures, RETRY));
      } else if (draining) {
        return;
      } else {
        await changed;
      }
    }
  };

  const probe = activity.probe(due);
  const appended = changes.onAppend(route.log, PARTITION, () => wake());
  const ended = run().finally(() => {
    probe[Symbol.dispose]();
    appended[Symbol.dispose]();
  });
  return {
    ended,
    drain() {
      draining = true;
      wake();
    },
    stop() {
      stopping.abort();
      wake();
    },
  };
}

interface Sending {
  readonly left: readonly Change[];
  readonly context: PayloadContext;
  readonly signal: AbortSignal;
}

/** Sends changes of different items side by side; returns those that Kinesis did not take, and what comes behind them. */
async function send(parts: RelayParts, route: Route, { left, context, signal }: Sending): Promise<readonly Change[]> {
  const lanes = new Map<string, Change[]>();
  for (const change of left) {
    const key = itemKeyText(change.entry.change.keys);
    const lane = lanes.get(key);
    if (lane) lane.push(change);
    else lanes.set(key, [change]);
  }
  const unsent = Array.from(lanes.values(), async (lane) => {
    for (const [place, change] of lane.entries()) {
      if (signal.aborted || !(await sendChange(parts, route, { change, context, signal }))) return lane.slice(place);
    }
    return [];
  });
  return (await Promise.all(unsent)).flat();
}

/** Whether the change is done with: the stream has it, or a day has passed. */
async function sendChange(
  { targets, clock, journal }: RelayParts,
  route: Route,
  { change, context, signal }: Omit<Sending, 'left'> & { readonly change: Change },
): Promise<boolean> {
  const delivery = deliveryOf(route, change, context);
  const outcome = await deliverTo(targets, route.streamArn, delivery, signal);
  const isAccepted = outcome.kind === 'accepted';
  if (!isAccepted && clock.nowMs() < change.arrivedAtMs + GIVE_UP_AFTER_MS) return false;
  journal.append({
    kind: 'delivery',
    what: `DynamoDB change of ${route.tableName} ${isAccepted ? 'delivered to' : 'given up after a day for'} ${nameOf(route.streamArn)}`,
    eventIds: delivery.eventIds,
    becameId: outcome.kind === 'accepted' ? outcome.id : undefined,
    arn: route.streamArn,
    ...(outcome.kind === 'refused' && { detail: { code: outcome.code, message: outcome.message } }),
  });
  return true;
}

function deliveryOf({ tableArn }: Route, change: Change, context: PayloadContext): Delivery {
  const { eventId, keys } = change.entry.change;
  return {
    payload: changePayload(context, change),
    principal: 'dynamodb.amazonaws.com',
    sourceArn: tableArn,
    // Changes of an item follow each other in one shard.
    key: createHash('md5').update(itemKeyText(keys)).digest('hex').toUpperCase(),
    eventIds: [eventId],
  };
}

const nameOf = (arn: Arn) => arn.slice(arn.lastIndexOf('/') + 1);
