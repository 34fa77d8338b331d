import type { DescribeReplayCommandOutput, Replay as ListedReplay } from '@aws-sdk/client-eventbridge';
import { archiveArn } from '../archive/archive.ts';
import { busArn } from '../bus/bus.ts';
import type { Replay } from './replay.ts';

const dateOf = (atMs: number | undefined) => (atMs === undefined ? undefined : new Date(atMs));

/** A replay in a list. */
export const listedReplay = (replay: Replay): ListedReplay => ({
  ReplayName: replay.name,
  EventSourceArn: archiveArn(replay.archive),
  State: replay.state,
  StateReason: replay.reason,
  EventStartTime: new Date(replay.fromMs),
  EventEndTime: new Date(replay.toMs),
  EventLastReplayedTime: dateOf(replay.lastReplayedMs),
  ReplayStartTime: new Date(replay.startedAtMs),
  ReplayEndTime: dateOf(replay.endedAtMs),
});

/** All of a replay. */
export const replayOutput = (replay: Replay): Partial<DescribeReplayCommandOutput> => ({
  ...listedReplay(replay),
  ReplayArn: replay.arn,
  Description: replay.description,
  Destination: { Arn: busArn(replay.bus), ...(replay.rules && { FilterArns: [...replay.rules] }) },
});
