import type { Arn } from '../../src/core/arn.ts';
import { refusedForGood } from '../../src/core/delivery/deliver-to.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { Delivery, Target } from '../../src/core/target.ts';
import { storeObject } from './object/new-object.ts';
import type { S3 } from './service.ts';

/** Buckets as destinations: a delivery becomes an object, whose creation is an event like any other. */
export function createTarget(s3: S3): Target {
  const nameOf = (arn: Arn) => arn.split(':').slice(5).join(':').split('/')[0] ?? '';
  return {
    service: 's3',

    async describe(arn) {
      return (await s3.buckets.find(nameOf(arn))) ? { arn } : undefined;
    },

    async deliver(arn, delivery, signal) {
      const bucket = await s3.buckets.find(nameOf(arn));
      if (!bucket) return refusedForGood('NoSuchBucket', 'The specified bucket does not exist');
      if (delivery.key === undefined)
        return refusedForGood('InvalidRequest', 'A delivery to a bucket needs an object key');
      try {
        const input = { Key: delivery.key, ContentType: 'application/json', Body: once(delivery.payload) };
        const context = contextOf(delivery, bucket, s3.random.uuid(), signal);
        const { eventId } = await storeObject(s3, bucket, input, context, 'ObjectCreated:Put');
        return { kind: 'accepted', id: eventId };
      } catch (error) {
        if (error instanceof ServiceError) return refusedForGood(error.code, error.message);
        throw error;
      }
    },
  };
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** A write that no client asked for: the service that delivers is the caller. */
function contextOf(
  { principal, traceHeader }: Delivery,
  { account, region }: { readonly account: string; readonly region: string },
  requestId: string,
  signal: AbortSignal,
): RequestContext {
  return {
    account,
    region,
    requestId,
    origin: '',
    caller: { accessKeyId: '', arn: principal, userId: principal },
    sourceIp: principal,
    headers: {},
    protocol: 'rest-xml',
    hostId: requestId,
    traceHeader,
    signal,
  };
}
