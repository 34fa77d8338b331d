import type { DescribeReplayCommandInput, DescribeReplayCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { replayOutput } from '../replay/replay-output.ts';
import type { EventsService } from '../service.ts';

/** Shows a replay, and how far it has got. */
export const describeReplay: Operation<
  EventsService,
  DescribeReplayCommandInput,
  Partial<DescribeReplayCommandOutput>
> = async ({ archiving: { replays } }, { ReplayName: name = '' }, { account, region }) =>
  replayOutput(await replays.get({ account, region, name }));
