import type { PutRecordsInput, PutRecordsOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { dryRun, invalidArgument } from '../errors.ts';
import { checkRecord, refuseBefore } from '../records/outgoing-record.ts';
import { bytesOf, putRecords as put } from '../records/writing.ts';
import type { KinesisService } from '../service.ts';
import { encryptionOf } from '../stream/stream-output.ts';

/** Of all records of a request with their keys. docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html */
const MAX_BYTES = 10 * 2 ** 20;

/** Puts up to 500 records; each has its own result. Answers once all that could be put are stored. */
export const putRecords: Operation<KinesisService, PutRecordsInput, PutRecordsOutput> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context, 'PutRecords');
  refuseBefore(stream, service.clock.nowMs());
  const records = (input.Records ?? []).map((record, index) =>
    checkRecord(stream, record, `records.${index + 1}.member.`),
  );
  if (records.reduce((bytes, record) => bytes + bytesOf(record), 0) > MAX_BYTES) {
    throw invalidArgument('Records size exceeds 10 MB limit');
  }
  if (input.DryRun) throw dryRun();
  const results = await put(service, stream, records);
  return {
    FailedRecordCount: results.filter(({ kind }) => kind === 'refused').length,
    Records: results.map((result) =>
      result.kind === 'put'
        ? { SequenceNumber: result.sequenceNumber, ShardId: result.shardId }
        : { ErrorCode: result.code, ErrorMessage: result.message },
    ),
    ...encryptionOf(stream),
  };
};
