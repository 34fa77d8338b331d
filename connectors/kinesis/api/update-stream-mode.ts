import type { UpdateStreamModeInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { missingMember } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { countWithinDay } from '../stream/quotas.ts';
import { updateStream } from '../stream/stream-update.ts';

const MAX_TIMES_A_DAY = 2;

/** Changes how the stream's capacity is chosen; its shards stay as they are. */
export const updateStreamMode: Operation<KinesisService, UpdateStreamModeInput, object> = async (
  service,
  input,
  context,
) => {
  const stream = await service.directory.of(input, context);
  const mode = input.StreamModeDetails?.StreamMode;
  if (mode === undefined) throw missingMember('streamModeDetails.streamMode');
  await updateStream(service, stream, (current, nowMs) => {
    const modeChangesAtMs = countWithinDay(current.modeChangesAtMs, nowMs, MAX_TIMES_A_DAY, 'UpdateStreamMode');
    const warmThroughputMiBps = input.WarmThroughputMiBps ?? current.warmThroughputMiBps;
    return { ...current, mode, warmThroughputMiBps, modeChangesAtMs };
  });
  return {};
};
