import type { Clock } from '../../src/core/clock.ts';
import { type Journal, traceIdOf } from '../../src/core/journal.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import type { Random } from '../../src/core/random.ts';
import { busArn } from './bus/bus.ts';
import type { BusDirectory } from './bus/bus-directory.ts';
import type { Archives, BusEvents, BusName } from './bus-events.ts';
import { measureRule, once } from './delivery/measurements.ts';
import type { Match, Publications } from './delivery/publications.ts';
import { type Arrival, arrivalOf, type BusEvent, eventText } from './event/bus-event.ts';
import type { MatchingRules } from './rule/matching-rules.ts';
import type { Rule } from './rule/rule.ts';

/** What takes events onto buses. */
export interface IngestParts {
  readonly buses: BusDirectory;
  readonly matching: MatchingRules;
  readonly archives: () => Archives;
  readonly publications: () => Publications;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly metrics: Metrics;
}

/** Larger events are not copied into the journal. */
const JOURNAL_DETAIL_CHARACTERS = 64 * 1024;

/** Takes events onto buses: an event that no rule and no archive takes is not stored at all. */
export function createIngest(parts: IngestParts): BusEvents['ingest'] {
  return async (bus, arrivals, { replayName, onlyRules, id = parts.random.uuid() } = {}) => {
    if (!(await parts.buses.exists(bus))) return journalDropped(parts.journal, bus, arrivals);
    const events =
      replayName === undefined ? arrivals : arrivals.map(({ event }) => arrivalOf({ ...event, replayName }));
    const matches: Match[] = [];
    for (const { event, json } of events) {
      const all = await parts.matching.match(bus, json);
      const rules = onlyRules ? all.filter(({ arn }) => onlyRules.includes(arn)) : all;
      tellArrival(parts, bus, event, rules);
      const wanted = rules.filter(({ targets }) => targets.length > 0).map(({ name }) => name);
      if (wanted.length > 0) matches.push({ event, rules: wanted });
    }
    const fresh = events.filter(({ event }) => event.replayName === undefined);
    if (fresh.length > 0) await parts.archives().keep(bus, fresh);
    if (matches.length === 0) return;
    await parts.publications().add(id, { bus, acceptedAtMs: parts.clock.nowMs(), matches });
  };
}

function tellArrival({ journal, metrics }: IngestParts, bus: BusName, event: BusEvent, rules: readonly Rule[]): void {
  const text = eventText(event);
  const names = rules.map(({ name }) => name);
  journal.append({
    kind: 'event',
    what: `EventBridge ${event.detailType} from ${event.source} on bus ${bus.name}, ${matched(names)}`,
    eventIds: [event.id],
    arn: busArn(bus),
    traceId: traceIdOf(event.traceHeader),
    detail: { rules: names, ...(text.length <= JOURNAL_DETAIL_CHARACTERS ? { event: text } : { bytes: text.length }) },
  });
  for (const rule of rules) {
    const invocations = { name: 'InvocationsCreated', value: rule.targets.length, unit: 'Count' } as const;
    measureRule(metrics, rule, [once('MatchedEvents'), once('TriggeredRules'), invocations]);
  }
}

function matched(names: readonly string[]): string {
  if (names.length === 0) return 'matches no rule';
  return names.length === 1 ? `matches rule ${names[0]}` : `matches ${names.length} rules`;
}

/** As AWS does: the sender is answered as if all were well. */
function journalDropped(journal: Journal, bus: BusName, arrivals: readonly Arrival[]): void {
  for (const { event } of arrivals) {
    const what = `EventBridge ${event.detailType} from ${event.source} dropped: there is no bus ${bus.name}`;
    const traceId = traceIdOf(event.traceHeader);
    journal.append({ kind: 'decision', what, eventIds: [event.id], arn: busArn(bus), traceId });
  }
}
