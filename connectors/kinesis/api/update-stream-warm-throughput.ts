import type { UpdateStreamWarmThroughputInput, UpdateStreamWarmThroughputOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { streamSummary } from '../stream/stream-output.ts';

/** Keeps the throughput that the stream is to be ready for, to be seen; it changes nothing here. */
export const updateStreamWarmThroughput: Operation<
  KinesisService,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput
> = async ({ directory, clock }, input, context) => {
  const stream = await directory.of(input, context);
  const changed = await directory.change(stream, (current) => ({
    ...current,
    warmThroughputMiBps: input.WarmThroughputMiBps,
  }));
  const { StreamName, StreamARN, WarmThroughput } = streamSummary(changed, clock.nowMs());
  return { StreamName, StreamARN, WarmThroughput };
};
