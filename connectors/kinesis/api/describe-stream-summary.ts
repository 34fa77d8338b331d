import type { DescribeStreamSummaryInput, DescribeStreamSummaryOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { streamSummary } from '../stream/stream-output.ts';

/** A stream without its shards. */
export const describeStreamSummary: Operation<
  KinesisService,
  DescribeStreamSummaryInput,
  DescribeStreamSummaryOutput
> = async ({ directory, clock }, input, context) => ({
  StreamDescriptionSummary: streamSummary(await directory.of(input, context, 'DescribeStreamSummary'), clock.nowMs()),
});
