import type { Credentials as SentCredentials } from '@aws-sdk/client-sts';
import { SECOND } from '../../core/clock.ts';
import type { StsService } from './sts.ts';

/** Issues credentials for an identity. They are good for as long as this process lives; the expiry is what AWS would say. */
export function issueSession(
  { credentials, clock }: StsService,
  identity: { readonly account: string; readonly arn: string; readonly userId: string },
  durationSeconds: number,
): SentCredentials {
  const issued = credentials.issue(identity.account, identity.arn, identity.userId);
  return {
    AccessKeyId: issued.accessKeyId,
    SecretAccessKey: issued.secretAccessKey,
    SessionToken: issued.sessionToken,
    Expiration: new Date(clock.nowMs() + durationSeconds * SECOND),
  };
}
