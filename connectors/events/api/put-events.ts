import type { PutEventsCommandInput, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { limits } from '../../../src/core/limits.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import { busKey, busNamed } from '../bus/bus.ts';
import { checkAccount } from '../bus/bus-policy.ts';
import type { BusName } from '../bus-events.ts';
import { measureCalls, once } from '../delivery/measurements.ts';
import { unsupported, validation } from '../errors.ts';
import type { Arrival } from '../event/bus-event.ts';
import { type CheckedEntry, checkEntry, entryBytes } from '../event/entry.ts';
import type { EventsService } from '../service.ts';

/** Puts events onto buses; each entry is taken or refused by itself. */
export const putEvents: Operation<EventsService, PutEventsCommandInput, Partial<PutEventsCommandOutput>> = async (
  service,
  { Entries = [], EndpointId },
  context,
) => {
  if (EndpointId !== undefined) throw unsupported('global endpoints (EndpointId)');
  const bytes = Entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes >= limits.eventBytes) throw validation('Total size of the entries in the request is over the limit.');
  const nowMs = service.clock.nowMs();
  const checked = Entries.map((entry) => checkEntry(entry, context, { nowMs, random: service.random }));
  const byBus = new Map<string, { readonly bus: BusName; readonly arrivals: Arrival[] }>();
  for (const [index, entry] of checked.entries()) {
    if (entry.kind === 'refused') continue;
    const bus = busNamed(Entries[index]?.EventBusName, context);
    const known = byBus.get(busKey(bus)) ?? { bus, arrivals: [] };
    byBus.set(busKey(bus), known);
    known.arrivals.push(entry.arrival);
  }
  for (const { bus } of byBus.values()) await checkCaller(service, bus, context);
  await Promise.all([...byBus.values()].map(({ bus, arrivals }) => service.ingest(bus, arrivals)));
  const failed = checked.filter(({ kind }) => kind === 'refused').length;
  tellMetrics(service, busNamed(undefined, context), { entries: Entries.length, failed, bytes });
  return { FailedEntryCount: failed, Entries: checked.map(resultOf) };
};

/** Its own account may, without a look at the bus. */
async function checkCaller({ buses }: EventsService, name: BusName, context: RequestContext): Promise<void> {
  if (name.account !== context.account) checkAccount(name, await buses.find(name), context);
}

function resultOf(entry: CheckedEntry) {
  return entry.kind === 'event'
    ? { EventId: entry.arrival.event.id }
    : { ErrorCode: entry.code, ErrorMessage: entry.message };
}

function tellMetrics(
  { metrics }: EventsService,
  bus: BusName,
  { entries, failed, bytes }: { readonly entries: number; readonly failed: number; readonly bytes: number },
): void {
  measureCalls(metrics, bus, [
    once('PutEventsApproximateCallCount'),
    once('PutEventsApproximateSuccessCount'),
    { name: 'PutEventsEntriesCount', value: entries, unit: 'Count' },
    { name: 'PutEventsFailedEntriesCount', value: failed, unit: 'Count' },
    { name: 'PutEventsRequestSize', value: bytes, unit: 'Bytes' },
  ]);
}
