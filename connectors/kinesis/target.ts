import type { Arn } from '../../src/core/arn.ts';
import { refusedForGood } from '../../src/core/delivery/deliver-to.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { Delivery, DeliveryOutcome, Target } from '../../src/core/target.ts';
import { streamNotFound } from './errors.ts';
import { checkRecord, refuseBefore } from './records/outgoing-record.ts';
import { putRecords } from './records/writing.ts';
import type { KinesisService } from './service.ts';
import { describeStream } from './source.ts';
import { streamOfArn } from './stream/stream.ts';

/** Streams as targets of deliveries: the rules of `PutRecord` hold for them too. The delivery's key is the partition key. */
export function createTarget(service: KinesisService): Target {
  return {
    service: 'kinesis',
    async deliver(arn, delivery) {
      try {
        return await deliver(service, arn, delivery);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return refusedForGood(error.code, error.message);
      }
    },
    describe: (arn) => describeStream(service, arn),
  };
}

async function deliver(service: KinesisService, arn: Arn, delivery: Delivery): Promise<DeliveryOutcome> {
  const stream = await service.directory.findArn(arn);
  if (!stream) throw streamNotFound(streamOfArn(arn) ?? { name: arn, account: '' });
  refuseBefore(stream, service.clock.nowMs());
  const PartitionKey = delivery.key ?? service.random.uuid();
  const record = checkRecord(stream, { Data: delivery.payload, PartitionKey }, '');
  const [result] = await putRecords(service, stream, [record]);
  if (result?.kind === 'put') return { kind: 'accepted', id: `${result.shardId}:${result.sequenceNumber}` };
  const { code, message } = result ?? { code: 'InternalFailure', message: 'Internal Service Failure' };
  // Too much for this second, or a store that failed: trying again may help.
  return { kind: 'refused', permanent: false, code, message };
}
