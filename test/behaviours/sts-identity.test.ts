// Who calls, and credentials that act as a role: https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html.
import { describe, expect, it } from 'vitest';
import { createActivity } from '../../src/core/activity.ts';
import { createCredentials } from '../../src/core/credentials.ts';
import { seededRandom } from '../../src/core/random.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { operationFiles } from '../../src/package-files.ts';
import { createSts } from '../../src/services/sts/sts.ts';
import { CONTEXT, refusalOf, START_MS } from './lambda-subject.ts';

function stsSubject() {
  const credentials = createCredentials(new Map(), seededRandom(3));
  const clock = createVirtualClock(START_MS, createActivity());
  const { api } = createSts({ credentials, clock, operations: operationFiles('src/services/sts/api') });
  // biome-ignore lint/suspicious/noExplicitAny: answers of all operations are looked into here
  const call = async (operation: string, input: Record<string, unknown> = {}, context = CONTEXT): Promise<any> =>
    (await api.operation(operation))?.(input, context);
  return { credentials, call };
}

describe('GetCallerIdentity', () => {
  it('tells the account, the ARN and the id of the caller', async () => {
    const { call } = stsSubject();
    expect(await call('GetCallerIdentity')).toEqual({
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
      UserId: '000000000000',
    });
  });
});

describe('AssumeRole', () => {
  const role = { RoleArn: 'arn:aws:iam::222222222222:role/path/deploy', RoleSessionName: 'ci' };

  it('gives credentials that act in the account of the role, until an hour has passed', async () => {
    const { call, credentials } = stsSubject();
    const { Credentials, AssumedRoleUser } = await call('AssumeRole', role);
    const arn = 'arn:aws:sts::222222222222:assumed-role/deploy/ci';
    expect(AssumedRoleUser).toEqual({ Arn: arn, AssumedRoleId: expect.stringMatching(/^AROA[A-Z0-9]{17}:ci$/) });
    expect(Credentials.Expiration).toEqual(new Date(START_MS + 3_600_000));
    expect(credentials.accountOf(Credentials.AccessKeyId)).toBe('222222222222');
    expect(credentials.secretOf(Credentials.AccessKeyId)).toBe(Credentials.SecretAccessKey);
    const context = { ...CONTEXT, account: '222222222222', caller: credentials.callerOf(Credentials.AccessKeyId) };
    expect(await call('GetCallerIdentity', {}, context)).toMatchObject({ Account: '222222222222', Arn: arn });
  });

  it('refuses what is no role', async () => {
    const { call } = stsSubject();
    const refused = await refusalOf(call('AssumeRole', { ...role, RoleArn: 'arn:aws:iam::222222222222:user/me' }));
    expect(refused).toMatchObject({ code: 'ValidationError', message: 'arn:aws:iam::222222222222:user/me is invalid' });
  });
});

describe('GetSessionToken', () => {
  it('gives temporary credentials of the same identity', async () => {
    const { call, credentials } = stsSubject();
    const { Credentials } = await call('GetSessionToken', { DurationSeconds: 900 });
    expect(credentials.callerOf(Credentials.AccessKeyId).arn).toBe(CONTEXT.caller.arn);
    expect(Credentials.Expiration).toEqual(new Date(START_MS + 900_000));
  });
});
