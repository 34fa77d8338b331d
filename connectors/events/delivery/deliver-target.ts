import { asArn } from '../../../src/core/arn.ts';
import { deliverTo, mayDeliver, refusedForGood } from '../../../src/core/delivery/deliver-to.ts';
import { derivedUuid } from '../../../src/core/delivery/derived-uuid.ts';
import { parseLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { Delivery, DeliveryOutcome, Targets } from '../../../src/core/target.ts';
import { namedByArn } from '../api-destination/api-destination.ts';
import type { CallDestination } from '../api-destination/call-destination.ts';
import { busOfArn } from '../bus/bus.ts';
import type { BusDirectory } from '../bus/bus-directory.ts';
import { allowsAccount } from '../bus/bus-policy.ts';
import type { BusEvents, BusName } from '../bus-events.ts';
import { arrivalOf, type BusEvent } from '../event/bus-event.ts';
import { parseJsonPath } from '../input/json-path.ts';
import { jsonText } from '../input/json-text.ts';
import { targetInput } from '../input/target-input.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** What bringing an event to a target needs. */
export interface TargetParts {
  readonly targets: Targets;
  readonly buses: BusDirectory;
  readonly ingest: BusEvents['ingest'];
  readonly callDestination: CallDestination;
  readonly enforcePolicies: boolean;
}

/** In whose name rules deliver. */
const PRINCIPAL = 'events.amazonaws.com';

/** One attempt at a target; another bus takes the event as it is, everybody else what the target's input makes of it. */
export async function deliverToTarget(
  parts: TargetParts,
  what: RuleDelivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { event, rule, target } = what;
  const bus = busOfArn(target.Arn);
  if (bus) return await passOn(parts, bus, what);
  const input = targetInput(target, rule, event);
  if (input === undefined)
    return refusedForGood('INVALID_JSON', 'The input template does not make valid JSON of the event.');
  if (namedByArn(target.Arn, 'api-destination')) return await parts.callDestination(what, input, signal);
  if (parts.enforcePolicies && !(await letsIn(parts.targets, what))) {
    return refusedForGood('AccessDenied', `${target.Arn} does not allow ${PRINCIPAL} to act for ${rule.arn}`);
  }
  return await deliverTo(parts.targets, asArn(target.Arn), deliveryOf(what, input), signal);
}

function deliveryOf({ event, rule, target }: RuleDelivery, input: string): Delivery {
  return {
    payload: Buffer.from(input),
    groupId: target.SqsParameters?.MessageGroupId,
    key: partitionKey(target.KinesisParameters?.PartitionKeyPath, event),
    event: {
      source: event.source,
      detailType: event.detailType,
      resources: event.resources,
      atMs: event.atMs,
      id: event.id,
      account: event.account,
      region: event.region,
    },
    traceHeader: event.traceHeader,
    principal: PRINCIPAL,
    sourceArn: rule.arn,
    eventIds: [event.id],
  };
}

/** The event's id where nothing else is asked for or found. */
function partitionKey(path: string | undefined, event: BusEvent): string {
  const found = path === undefined ? undefined : parseJsonPath(path)?.find(arrivalOf(event).json);
  if (found === undefined) return event.id;
  return found.kind === 'string' ? found.value : jsonText(found);
}

/** A target with a role is reached by that role, which within its account needs no policy of the target. */
async function letsIn(targets: Targets, { rule, target }: RuleDelivery): Promise<boolean> {
  if (target.RoleArn !== undefined) return true;
  const question = { principal: PRINCIPAL, sourceArn: rule.arn, sourceAccount: rule.bus.account };
  return await mayDeliver(targets, asArn(target.Arn), question);
}

/**
 * Hands the event to another bus, as it is; in another region it gets another id (recorded). That happens to an event once:
 * loops of buses end there. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
 */
async function passOn(
  parts: TargetParts,
  name: BusName,
  { event, rule, target }: RuleDelivery,
): Promise<DeliveryOutcome> {
  if (event.passedOn) {
    const reason =
      'because an event can be sent to an event bus target only once. This event was previously delivered to an event bus target.';
    return refusedForGood('THIRD_ACCOUNT_HOP_DETECTED', `Event ingestion rejected for event ${event.id} ${reason}`);
  }
  const bus = await parts.buses.find(name);
  if (!bus) return refusedForGood('ResourceNotFoundException', `Event bus ${name.name} does not exist.`);
  if (parts.enforcePolicies && name.account !== rule.bus.account && !allowsAccount(bus, rule.bus.account)) {
    return refusedForGood('AccessDenied', `The policy of ${bus.arn} does not let ${rule.bus.account} put events`);
  }
  const passage = derivedUuid(event.id, rule.arn, target.Id, bus.arn);
  const id = name.region === rule.bus.region ? event.id : passage;
  const arrival = arrivalOf({ ...event, id, passedOn: true }, parseLosslessJson(event.detail));
  await parts.ingest(name, [arrival], { id: passage });
  return { kind: 'accepted', id };
}
