import type { Random } from '../core/random.ts';

const CAPITALS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Where a request's id is no UUID. */
const LENGTHS: Readonly<Record<string, number>> = { s3: 16, dynamodb: 52, dynamodbstreams: 52 };
const WITH_HOST_ID: ReadonlySet<string> = new Set(['s3', 'kinesis']);

/** An id for a request, as the service's look. */
export function createRequestId(service: string, random: Random): string {
  const length = LENGTHS[service];
  return length === undefined ? random.uuid() : random.text(length, CAPITALS_AND_DIGITS);
}

/** The second id, `x-amz-id-2`, with which some services answer. */
export function createHostId(service: string, random: Random): string | undefined {
  return WITH_HOST_ID.has(service) ? Buffer.from(random.bytes(56)).toString('base64') : undefined;
}
