import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type LosslessObject, parseLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { Random } from '../../../src/core/random.ts';
import { jsonText } from '../input/json-text.ts';
import { type Arrival, arrivalOf } from './bus-event.ts';

/** What becomes of one entry of `PutEvents`. */
export type CheckedEntry =
  | { readonly kind: 'event'; readonly arrival: Arrival }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

const TIME_BYTES = 14;

/** What an entry counts. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
export function entryBytes({ Time, Source, DetailType, Detail, Resources = [] }: PutEventsRequestEntry): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return (Time ? TIME_BYTES : 0) + texts.reduce((bytes, text) => bytes + Buffer.byteLength(text ?? ''), 0);
}

/** Checks an entry by itself; codes and texts as recorded, the first fault counts. */
export function checkEntry(
  entry: PutEventsRequestEntry,
  context: RequestContext,
  { nowMs, random }: { readonly nowMs: number; readonly random: Random },
): CheckedEntry {
  const { Source, DetailType, Detail, Resources = [], Time, TraceHeader } = entry;
  if (!Source) return missing('Source');
  if (!DetailType) return missing('DetailType');
  if (!Detail) return missing('Detail');
  if (Source.startsWith('aws.')) {
    return { kind: 'refused', code: 'NotAuthorizedForSourceException', message: 'Not authorized for the source.' };
  }
  const detail = detailOf(Detail);
  if (!detail) return { kind: 'refused', code: 'MalformedDetail', message: 'Detail is malformed.' };
  const event = {
    id: random.uuid(),
    source: Source,
    detailType: DetailType,
    resources: Resources,
    account: context.account,
    region: context.region,
    detail: jsonText(detail),
    atMs: Time?.getTime() ?? nowMs,
    ingestedAtMs: nowMs,
    traceHeader: TraceHeader ?? context.traceHeader,
  };
  return { kind: 'event', arrival: arrivalOf(event, detail) };
}

/** No string and no list will do. */
function detailOf(text: string): LosslessObject | undefined {
  const detail = parseLosslessJson(text);
  return detail?.kind === 'object' ? detail : undefined;
}

const missing = (parameter: string): CheckedEntry => ({
  kind: 'refused',
  code: 'InvalidArgument',
  message: `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`,
});
