import { type Arn, asArn, parseArn } from '../../../core/arn.ts';
import { type Clock, HOUR, MINUTE, SECOND } from '../../../core/clock.ts';
import { deliverTo, refusedForGood } from '../../../core/delivery/deliver-to.ts';
import { advanceDelivery, type DeliveryRules, type PendingDelivery } from '../../../core/delivery/pending-delivery.ts';
import { type Journal, traceIdOf } from '../../../core/journal.ts';
import type { Metrics } from '../../../core/metrics/metrics.ts';
import type { LogEvent } from '../../../core/ports/log-store.ts';
import type { TaskQueue } from '../../../core/ports/task-queue.ts';
import type { Random } from '../../../core/random.ts';
import type { Targets } from '../../../core/target.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import { storedFilter } from '../filter/filter-pattern.ts';
import { groupArn, type LogGroup } from '../group/log-group.ts';
import type { DestinationDirectory } from './destination.ts';
import { type Envelope, envelopesOf, functionPayload, type MatchedEvent } from './envelope.ts';
import type { SubscriptionFilter } from './subscription-filter.ts';

/** Brings what is logged to those who subscribed. */
export interface Subscriptions {
  /** Stores what is owed of these events; resolves once it is, and nobody waits for a subscriber. */
  owe(group: LogGroup, stream: string, events: readonly LogEvent[], traceHeader: string | undefined): Promise<void>;
  start(): void;
  /** Forgets what is owed. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const QUEUE = 'logs-subscriptions';
const CONCURRENCY = 16;
/** How long AWS goes on trying. docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
const GIVE_UP_AFTER_MS = 24 * HOUR;
const AGAIN = { firstMs: SECOND, maxMs: 15 * MINUTE };

/** What a task holds. */
interface Forwarding {
  /** For the journal. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly group: string;
  readonly stream: string;
  readonly filter: string;
  readonly destination: Arn;
  /** Where the destination has parts. */
  readonly key: string;
  readonly envelope: Uint8Array;
  readonly events: number;
  readonly traceHeader?: string | undefined;
}

/** Subscriptions over a task queue. */
export function createSubscriptions(options: {
  readonly tasks: TaskQueue;
  readonly targets: Targets;
  readonly destinations: DestinationDirectory;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly metrics: Metrics;
}): Subscriptions {
  const { tasks, clock, random, journal } = options;
  const closing = new AbortController();
  const rules = forwardingRules(options);
  let processing: Promise<void> = Promise.resolve();

  const forward = async (
    group: LogGroup,
    stream: string,
    { name, destinationArn, distribution }: SubscriptionFilter,
    { bytes: envelope, events }: Envelope,
    traceHeader: string | undefined,
  ) => {
    const id = random.uuid();
    const { account, region } = group;
    const what: Forwarding = {
      ...{ id, account, region, group: group.name, stream, filter: name, envelope, traceHeader },
      destination: destinationArn,
      key: distribution === 'Random' ? random.uuid() : stream,
      events,
    };
    const acceptedAtMs = clock.nowMs();
    const data: PendingDelivery<Forwarding> = { what, acceptedAtMs, attempts: 0 };
    await tasks.add(QUEUE, { id, data, dueAtMs: acceptedAtMs });
    journal.append({
      kind: 'event',
      what: `Log events of ${group.name} for ${destinationArn} (${name})`,
      eventIds: [id],
      arn: groupArn(group, group.name),
      traceId: traceIdOf(traceHeader),
      detail: { logStream: stream },
    });
  };

  return {
    async owe(group, stream, events, traceHeader) {
      const owed: Promise<void>[] = [];
      for (const subscription of group.subscriptions) {
        const matched = matching(subscription.pattern, events);
        if (matched.length === 0) continue;
        for (const envelope of envelopesOf(group, stream, subscription.name, matched)) {
          owed.push(forward(group, stream, subscription, envelope, traceHeader));
        }
      }
      await Promise.all(owed);
    },
    start() {
      processing = tasks.process(
        QUEUE,
        CONCURRENCY,
        ({ data }, signal) => advanceDelivery(rules, clock, data as PendingDelivery<Forwarding>, signal),
        closing.signal,
      );
    },
    clear: () => tasks.clear(QUEUE),
    async close() {
      closing.abort();
      await processing;
    },
  };
}

function matching(pattern: string, events: readonly LogEvent[]): readonly MatchedEvent[] {
  const filter = storedFilter(pattern);
  return events.flatMap((event) => {
    const extracted = filter.match(event.message);
    return extracted ? [{ event, extracted }] : [];
  });
}

/** Tried again for a day; then it is lost, as there is no dead-letter queue. */
function forwardingRules({
  targets,
  destinations,
  journal,
  metrics,
}: {
  readonly targets: Targets;
  readonly destinations: DestinationDirectory;
  readonly journal: Journal;
  readonly metrics: Metrics;
}): DeliveryRules<Forwarding> {
  return {
    async attempt({ what }, signal) {
      const arn = await destinations.resolve(what.destination);
      return arn ? await deliverTo(targets, arn, deliveryOf(what, arn), signal) : noDestination(what.destination);
    },
    retry({ acceptedAtMs, attempts }, nowMs) {
      const atMs = nowMs + backOffMs(attempts, AGAIN);
      return atMs - acceptedAtMs > GIVE_UP_AFTER_MS
        ? { kind: 'give-up', exhausted: 'MaximumEventAgeExceeded' }
        : { kind: 'retry', atMs };
    },
    bury: async () => ({ kind: 'accepted' }),
    told({ what }, step) {
      const outcome =
        step.kind === 'accepted' ? 'accepted' : step.kind === 'retry' ? 'refused, to be tried again' : 'lost';
      const refusal =
        step.kind === 'retry' ? step.refusal : step.kind === 'accepted' ? undefined : step.givenUp.refusal;
      journal.append({
        kind: 'delivery',
        what: `Log events of ${what.group} to ${what.destination}: ${outcome}${refusal ? ` (${refusal.code}: ${refusal.message})` : ''}`,
        eventIds: [what.id],
        becameId: step.kind === 'accepted' ? step.id : undefined,
        arn: what.destination,
        traceId: traceIdOf(what.traceHeader),
      });
      countForwarded(metrics, what, step.kind);
    },
  };
}

function deliveryOf({ id, account, region, group, destination, key, envelope, traceHeader }: Forwarding, arn: Arn) {
  const toFunction = parseArn(arn)?.service === 'lambda';
  return {
    payload: toFunction ? functionPayload(envelope) : envelope,
    key,
    traceHeader,
    principal: servicePrincipal(parseArn(destination)?.region ?? region),
    sourceArn: asArn(`${groupArn({ account, region }, group)}:*`),
    eventIds: [id],
  };
}

/** As functions' policies name it. */
export const servicePrincipal = (region: string): string => `logs.${region}.amazonaws.com`;

const noDestination = (arn: Arn) => refusedForGood('ResourceNotFoundException', `There is no destination ${arn}`);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html */
function countForwarded(metrics: Metrics, what: Forwarding, step: string) {
  const { group, account, region, destination, filter, envelope, events } = what;
  const service = parseArn(destination)?.service ?? '';
  const DestinationType = service.charAt(0).toUpperCase() + service.slice(1);
  const dimensions = { LogGroupName: group, DestinationType, FilterName: filter };
  const measurements =
    step === 'accepted'
      ? ([
          { name: 'ForwardedBytes', value: envelope.length, unit: 'Bytes' },
          { name: 'ForwardedLogEvents', value: events, unit: 'Count' },
        ] as const)
      : ([{ name: 'DeliveryErrors', value: 1, unit: 'Count' }] as const);
  metrics.record({ account, region }, 'AWS/Logs', dimensions, measurements);
}
