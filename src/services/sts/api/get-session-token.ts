import type { GetSessionTokenRequest, GetSessionTokenResponse } from '@aws-sdk/client-sts';
import type { Operation } from '../../../core/operation.ts';
import { issueSession } from '../session.ts';
import type { StsService } from '../sts.ts';

const DEFAULT_SECONDS = 43_200;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export const getSessionToken: Operation<StsService, GetSessionTokenRequest, GetSessionTokenResponse> = async (
  service,
  input,
  { account, caller },
) => {
  const identity = { account, arn: caller.arn, userId: caller.userId };
  return { Credentials: issueSession(service, identity, input.DurationSeconds ?? DEFAULT_SECONDS) };
};
