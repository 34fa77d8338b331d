import type { Initiator } from '@aws-sdk/client-s3';
import { canonicalId } from '../bucket/owner.ts';

/** Who began an upload: the account's root is shown by its canonical id, everybody else by ARN. */
export function initiatorOf(arn: string, account: string): Initiator {
  const isRoot = arn.endsWith(':root');
  return { ID: isRoot ? canonicalId(account) : arn, DisplayName: isRoot ? account : (arn.split('/').at(-1) ?? arn) };
}
