import { createHash } from 'node:crypto';
import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { parseArn } from '../../../core/arn.ts';
import { ServiceError } from '../../../core/errors.ts';
import type { Operation } from '../../../core/operation.ts';
import { issueSession } from '../session.ts';
import type { StsService } from '../sts.ts';

const DEFAULT_SECONDS = 3600;

/** The session acts in the role's account; whether the role exists is not looked at: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole: Operation<StsService, AssumeRoleRequest, AssumeRoleResponse> = async (service, input) => {
  const { RoleArn = '', RoleSessionName = '' } = input;
  const parts = parseArn(RoleArn);
  const roleName = parts?.resource.split('/').at(-1);
  if (parts?.service !== 'iam' || !parts.resource.startsWith('role/') || !roleName || !/^\d{12}$/.test(parts.account)) {
    throw new ServiceError('ValidationError', `${RoleArn} is invalid`, { status: 400 });
  }
  const { account } = parts;
  const arn = `arn:aws:sts::${account}:assumed-role/${roleName}/${RoleSessionName}`;
  const userId = `${roleIdOf(RoleArn)}:${RoleSessionName}`;
  return {
    Credentials: issueSession(service, { account, arn, userId }, input.DurationSeconds ?? DEFAULT_SECONDS),
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }),
  };
};

/** Looks like a role's unique id and is the same each time; the role itself may not exist. */
function roleIdOf(roleArn: string): string {
  const letters = createHash('sha256').update(roleArn).digest('hex').toUpperCase();
  return `AROA${letters.replaceAll('0', 'Q').replaceAll('1', 'R').slice(0, 17)}`;
}
