import type { CancelReplayCommandInput, CancelReplayCommandOutput } from '@aws-sdk/client-eventbridge';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation } from '../../../src/core/operation.ts';
import type { EventsService } from '../service.ts';

/** Cancels a replay: what it brought back stays where it went. */
export const cancelReplay: Operation<
  EventsService,
  CancelReplayCommandInput,
  Partial<CancelReplayCommandOutput>
> = async ({ archiving: { replays } }, { ReplayName: name = '' }, { account, region }) => {
  const { arn } = await replays.change({ account, region, name }, (current) => {
    if (current.state === 'STARTING' || current.state === 'RUNNING') return { ...current, state: 'CANCELLING' };
    // Text unverified.
    throw new ServiceError('IllegalStatusException', `Replay ${name} is not in a valid state for this operation.`);
  });
  return { ReplayArn: arn, State: 'CANCELLING' };
};
