import { refusedForGood } from '../../src/core/delivery/deliver-to.ts';
import { parseLosslessJson } from '../../src/core/json/lossless-json.ts';
import { limits } from '../../src/core/limits.ts';
import type { Delivery, DeliveryOutcome, Target } from '../../src/core/target.ts';
import { busArn, busOfArn } from './bus/bus.ts';
import type { BusName } from './bus-events.ts';
import { arrivalOf } from './event/bus-event.ts';
import { jsonText } from './input/json-text.ts';
import type { EventsService } from './service.ts';

/** Buses as targets of deliveries: of functions' destinations, buckets and schedules. The payload is the event's detail. */
export function createTarget(service: Pick<EventsService, 'buses' | 'ingest' | 'clock' | 'random'>): Target {
  return {
    service: 'events',
    async deliver(arn, delivery) {
      const bus = busOfArn(arn);
      if (!bus) return refusedForGood('InvalidParameter', `${arn} is no event bus`);
      if (!(await service.buses.exists(bus))) {
        return refusedForGood('ResourceNotFoundException', `Event bus ${bus.name} does not exist.`);
      }
      return await deliver(service, bus, delivery);
    },
    async describe(arn) {
      const bus = busOfArn(arn);
      return bus && (await service.buses.exists(bus)) ? { arn: busArn(bus) } : undefined;
    },
  };
}

async function deliver(
  { ingest, clock, random }: Pick<EventsService, 'ingest' | 'clock' | 'random'>,
  bus: BusName,
  { payload, event, traceHeader }: Delivery,
): Promise<DeliveryOutcome> {
  if (!event) return refusedForGood('InvalidParameter', 'An event needs a source and a detail type');
  if (payload.length > limits.eventBytes) {
    return refusedForGood('RequestEntityTooLarge', 'Total size of the entries in the request is over the limit.');
  }
  const detail = parseLosslessJson(Buffer.from(payload).toString());
  if (detail?.kind !== 'object') return refusedForGood('MalformedDetail', 'Detail is malformed.');
  const nowMs = clock.nowMs();
  const { source, detailType, resources, atMs = nowMs, id = random.uuid() } = event;
  const { account = bus.account, region = bus.region } = event;
  const facts = { id, source, detailType, resources, account, region, atMs, ingestedAtMs: nowMs, traceHeader };
  await ingest(bus, [arrivalOf({ ...facts, detail: jsonText(detail) }, detail)]);
  return { kind: 'accepted', id };
}
