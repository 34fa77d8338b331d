import type { Clock } from '../../../src/core/clock.ts';
import { deliverAtPace } from '../../../src/core/delivery/paced-delivery.ts';
import {
  advanceDelivery,
  type DeliveryRules,
  type PendingDelivery,
} from '../../../src/core/delivery/pending-delivery.ts';
import type { SharedPlaces } from '../../../src/core/delivery/shared-places.ts';
import { orWaitWhileAway } from '../../../src/core/delivery/when-away.ts';
import type { TaskQueue, TaskVerdict } from '../../../src/core/ports/task-queue.ts';
import { sideBySide } from '../../../src/core/waiting/side-by-side.ts';
import { namedByArn } from '../api-destination/api-destination.ts';
import type { BusName } from '../bus-events.ts';
import type { BusEvent } from '../event/bus-event.ts';
import { isEnabled, type Rule } from '../rule/rule.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** Events that a bus accepted, with the rules that matched; one task until each target has had its first attempt. */
export interface Publication {
  readonly bus: BusName;
  readonly acceptedAtMs: number;
  readonly matches: readonly Match[];
}

/** An event and the names of the rules that take it. */
export interface Match {
  readonly event: BusEvent;
  readonly rules: readonly string[];
}

/** The way from an accepted event to the targets of its rules. */
export interface Publications {
  /** Resolves once it is stored; the same id is one. */
  add(id: string, publication: Publication): Promise<void>;
  /** Takes work until the signal is aborted; resolves when what was in progress has ended. */
  work(signal: AbortSignal): Promise<void>;
  clear(): Promise<void>;
}

const PUBLICATIONS = 'events-publications';
const DELIVERIES = 'events-deliveries';
const CALLS = 'events-calls';
const CONCURRENCY = 64;
/** Of calls of web servers, which may take seconds each. */
const CALLS_AT_ONCE = 256;
/** First attempts of one publication at a time. */
const ATTEMPTS_AT_A_TIME = 100;

/**
 *   publication → (first attempts, side by side) → gone, each that was refused for now being a delivery of its own
 *   delivery → as `advanceDelivery` says
 *
 * A call of a web server is a delivery from the start, in a queue of its own, where one that hangs does not take all places:
 * others wait for no server that hangs.
 */
export function createPublications(options: {
  readonly tasks: TaskQueue;
  readonly clock: Clock;
  /** Of calls of web servers. */
  readonly places: SharedPlaces;
  /** When an API destination may be called once more; `undefined` when it is gone. */
  readonly turnOf: (arn: string) => Promise<number | undefined>;
  readonly deliveryRules: DeliveryRules<RuleDelivery>;
  readonly findRule: (bus: BusName, name: string) => Promise<Rule | undefined>;
}): Publications {
  const { tasks, clock, places, turnOf, deliveryRules, findRule } = options;

  /**
   * The rules as the registry has them, for another process may have matched; nothing of one that was deleted, disabled or
   * stripped of its targets meanwhile.
   */
  const firstAttempts = async ({ bus, acceptedAtMs, matches }: Publication) => {
    const names = [...new Set(matches.flatMap(({ rules }) => rules))];
    const found = await Promise.all(names.map((name) => findRule(bus, name)));
    const byName = new Map(found.flatMap((rule) => (rule && isEnabled(rule) ? [[rule.name, rule] as const] : [])));
    return matches.flatMap(({ event, rules }) =>
      rules.flatMap((name) => {
        const rule = byName.get(name);
        if (!rule) return [];
        const named = { arn: rule.arn, name, bus };
        return rule.targets.map(
          (target): PendingDelivery<RuleDelivery> => ({
            what: { event, rule: named, target },
            acceptedAtMs,
            attempts: 0,
          }),
        );
      }),
    );
  };
  const attempt = async (id: string, pending: PendingDelivery<RuleDelivery>, signal: AbortSignal) => {
    const { event, rule, target } = pending.what;
    const name = `${id}/${event.id}/${rule.arn}/${target.Id}`;
    if (namedByArn(target.Arn, 'api-destination')) {
      return await tasks.add(CALLS, { id: name, data: pending, dueAtMs: pending.acceptedAtMs });
    }
    const verdict = await orWaitWhileAway(clock, pending, () => advanceDelivery(deliveryRules, clock, pending, signal));
    if (verdict.kind === 'done') return;
    await tasks.add(DELIVERIES, { id: name, data: verdict.data, dueAtMs: verdict.dueAtMs });
  };

  return {
    add: (id, publication) => tasks.add(PUBLICATIONS, { id, data: publication, dueAtMs: publication.acceptedAtMs }),
    async work(signal) {
      const publish = async ({ id, data }: { readonly id: string; readonly data: unknown }): Promise<TaskVerdict> => {
        const all = await firstAttempts(data as Publication);
        await sideBySide(all, ATTEMPTS_AT_A_TIME, (pending) => attempt(id, pending, signal));
        return { kind: 'done' };
      };
      const advance = (pending: PendingDelivery<RuleDelivery>) =>
        advanceDelivery(deliveryRules, clock, pending, signal);
      const deliver = ({ data }: { readonly data: unknown }) => advance(data as PendingDelivery<RuleDelivery>);
      const call = ({ data }: { readonly data: unknown }): Promise<TaskVerdict> => {
        const pending = data as PendingDelivery<RuleDelivery>;
        const name = pending.what.target.Arn;
        return deliverAtPace({ clock, places }, { name, nextTurn: () => turnOf(name) }, pending, advance);
      };
      await Promise.all([
        tasks.process(PUBLICATIONS, CONCURRENCY, publish, signal),
        tasks.process(DELIVERIES, CONCURRENCY, deliver, signal),
        tasks.process(CALLS, CALLS_AT_ONCE, call, signal),
      ]);
    },
    async clear() {
      await Promise.all([PUBLICATIONS, DELIVERIES, CALLS].map((queue) => tasks.clear(queue)));
    },
  };
}
