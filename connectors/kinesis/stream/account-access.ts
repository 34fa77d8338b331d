import { ServiceError } from '../../../src/core/errors.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import type { Stream } from './stream.ts';

/** Refuses a caller of another account. */
export function checkAccount(
  { account, arn }: Stream,
  { account: caller, caller: { arn: user } }: RequestContext,
): void {
  if (account === caller) return;
  throw new ServiceError('AccessDeniedException', `User: ${user} is not authorized to access the resource ${arn}`);
}
