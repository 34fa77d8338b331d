import type { UpdateStreamWarmThroughputInput, UpdateStreamWarmThroughputOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { streamSummary } from '../stream/stream-output.ts';
import { updateStream } from '../stream/stream-update.ts';

/** Keeps the throughput that the stream is to be ready for, to be seen; it changes nothing here. */
export const updateStreamWarmThroughput: Operation<
  KinesisService,
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput
> = async (service, input, context) => {
  const stream = await service.directory.of(input, context);
  const changed = await updateStream(service, stream, (current) => ({
    ...current,
    warmThroughputMiBps: input.WarmThroughputMiBps,
  }));
  const { StreamName, StreamARN, WarmThroughput } = streamSummary(changed, service.clock.nowMs());
  return { StreamName, StreamARN, WarmThroughput };
};
