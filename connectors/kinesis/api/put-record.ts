import type { PutRecordInput, PutRecordOutput } from '@aws-sdk/client-kinesis';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { dryRun, invalidArgument } from '../errors.ts';
import { checkRecord, refuseBefore } from '../records/outgoing-record.ts';
import { putRecords } from '../records/writing.ts';
import type { KinesisService } from '../service.ts';
import { parseSequenceNumber } from '../shards/sequence-number.ts';
import type { Stream } from '../stream/stream.ts';
import { encryptionOf } from '../stream/stream-output.ts';

/** Puts one record; answers once it is stored. */
export const putRecord: Operation<KinesisService, PutRecordInput, PutRecordOutput> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context, 'PutRecord');
  refuseBefore(stream, service.clock.nowMs());
  const record = checkRecord(stream, input, '');
  checkOrdering(stream, input.SequenceNumberForOrdering);
  if (input.DryRun) throw dryRun();
  const [result] = await putRecords(service, stream, [record]);
  if (result?.kind !== 'put') {
    throw new ServiceError(result?.code ?? 'InternalFailure', result?.message ?? 'Internal Service Failure');
  }
  return { ShardId: result.shardId, SequenceNumber: result.sequenceNumber, ...encryptionOf(stream) };
};

/** Records that are put one after another have growing numbers anyway; what is no sequence number is refused. */
function checkOrdering({ name, account }: Stream, sequenceNumber: string | undefined): void {
  if (sequenceNumber === undefined || parseSequenceNumber(sequenceNumber)) return;
  throw invalidArgument(
    `ExclusiveMinimumSequenceNumber ${sequenceNumber} used in PutRecord on stream ${name} under account ${account} is invalid.`,
  );
}
