import type { UpdateStreamModeInput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import { missingMember } from '../errors.ts';
import type { KinesisService } from '../service.ts';
import { checkActive } from '../shards/reshard.ts';
import { countWithinDay } from '../stream/quotas.ts';

const MAX_TIMES_A_DAY = 2;

/** Changes how the stream's capacity is chosen; its shards stay as they are. */
export const updateStreamMode: Operation<KinesisService, UpdateStreamModeInput, object> = async (
  { directory, clock, timing },
  input,
  context,
) => {
  const stream = await directory.of(input, context);
  const mode = input.StreamModeDetails?.StreamMode;
  if (mode === undefined) throw missingMember('streamModeDetails.streamMode');
  await directory.change(stream, (current) => {
    const nowMs = clock.nowMs();
    checkActive(current, nowMs);
    const modeChangesAtMs = countWithinDay(current.modeChangesAtMs, nowMs, MAX_TIMES_A_DAY, 'UpdateStreamMode');
    const warmThroughputMiBps = input.WarmThroughputMiBps ?? current.warmThroughputMiBps;
    const passing = { status: 'UPDATING' as const, untilMs: nowMs + timing.streamStateDelayMs };
    return { ...current, mode, warmThroughputMiBps, modeChangesAtMs, passing };
  });
  return {};
};
