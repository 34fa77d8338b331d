// Roles and policies as stored documents: https://docs.aws.amazon.com/IAM/latest/APIReference/welcome.html.
import { describe, expect, it } from 'vitest';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { createActivity } from '../../src/core/activity.ts';
import { seededRandom } from '../../src/core/random.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { operationFiles } from '../../src/package-files.ts';
import { createIam } from '../../src/services/iam/iam.ts';
import { CONTEXT, refusalOf, START_MS } from './lambda-subject.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const DOCUMENT = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const BASIC = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

function iamSubject() {
  const { api, reset } = createIam({
    registry: openRegistry(openMemoryStore()),
    random: seededRandom(5),
    clock: createVirtualClock(START_MS, createActivity()),
    operations: operationFiles('src/services/iam/api'),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of all operations are looked into here
  const call = async (operation: string, input: Record<string, unknown> = {}): Promise<any> =>
    (await api.operation(operation))?.(input, CONTEXT);
  const refusal = (operation: string, input: Record<string, unknown> = {}) => refusalOf(call(operation, input));
  return { call, refusal, reset };
}

describe('a role', () => {
  it('is made and told with its trust policy URL-encoded', async () => {
    const { call } = iamSubject();
    const { Role } = await call('CreateRole', {
      RoleName: 'worker',
      Path: '/app/',
      AssumeRolePolicyDocument: TRUST,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(Role).toEqual({
      Path: '/app/',
      RoleName: 'worker',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      Arn: 'arn:aws:iam::000000000000:role/app/worker',
      CreateDate: new Date(START_MS),
      AssumeRolePolicyDocument: encodeURIComponent(TRUST),
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect((await call('GetRole', { RoleName: 'worker' })).Role).toMatchObject({ RoleId: Role.RoleId });
    const { Roles } = await call('ListRoles', { PathPrefix: '/app' });
    expect(Roles).toEqual([expect.not.objectContaining({ Tags: expect.anything() })]);
    expect((await call('ListRoles', { PathPrefix: '/other' })).Roles).toEqual([]);
  });

  it('holds inline and attached policies, and cannot be deleted while it does', async () => {
    const { call, refusal } = iamSubject();
    const RoleName = 'worker';
    await call('CreateRole', { RoleName, AssumeRolePolicyDocument: TRUST });
    await call('PutRolePolicy', { RoleName, PolicyName: 'inline', PolicyDocument: DOCUMENT });
    await call('AttachRolePolicy', { RoleName, PolicyArn: BASIC });
    await call('AttachRolePolicy', { RoleName, PolicyArn: BASIC });
    expect((await call('ListRolePolicies', { RoleName })).PolicyNames).toEqual(['inline']);
    expect((await call('ListAttachedRolePolicies', { RoleName })).AttachedPolicies).toEqual([
      { PolicyName: 'AWSLambdaBasicExecutionRole', PolicyArn: BASIC },
    ]);
    expect(await call('GetRolePolicy', { RoleName, PolicyName: 'inline' })).toEqual({
      RoleName,
      PolicyName: 'inline',
      PolicyDocument: encodeURIComponent(DOCUMENT).replaceAll('*', '%2A'),
    });
    expect(await refusal('DeleteRole', { RoleName })).toMatchObject({
      code: 'DeleteConflictException',
      status: 409,
      message: 'Cannot delete entity, must delete policies first.',
    });
    await call('DeleteRolePolicy', { RoleName, PolicyName: 'inline' });
    expect((await refusal('DeleteRole', { RoleName })).message).toBe(
      'Cannot delete entity, must detach all policies first.',
    );
    await call('DetachRolePolicy', { RoleName, PolicyArn: BASIC });
    await call('DeleteRole', { RoleName });
    expect(await refusal('GetRole', { RoleName })).toMatchObject({
      code: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name worker cannot be found.',
    });
  });

  it('takes a new trust policy, description and tags', async () => {
    const { call } = iamSubject();
    const RoleName = 'worker';
    await call('CreateRole', { RoleName, AssumeRolePolicyDocument: TRUST });
    await call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: DOCUMENT });
    await call('UpdateRole', { RoleName, Description: 'new', MaxSessionDuration: 7200 });
    await call('TagRole', {
      RoleName,
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    });
    await call('UntagRole', { RoleName, TagKeys: ['a'] });
    expect((await call('GetRole', { RoleName })).Role).toMatchObject({ Description: 'new', MaxSessionDuration: 7200 });
    expect(await call('ListRoleTags', { RoleName })).toEqual({ Tags: [{ Key: 'b', Value: '2' }], IsTruncated: false });
  });

  it('is refused when its name is taken or its policy is none', async () => {
    const { call, refusal } = iamSubject();
    await call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: TRUST });
    expect(await refusal('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: TRUST })).toMatchObject({
      code: 'EntityAlreadyExistsException',
      status: 409,
      message: 'Role with name worker already exists.',
    });
    expect(await refusal('CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: '{' })).toMatchObject({
      code: 'MalformedPolicyDocumentException',
      message: 'This policy contains invalid Json',
    });
    expect(
      (await refusal('AttachRolePolicy', { RoleName: 'worker', PolicyArn: 'arn:aws:iam::000000000000:policy/no' }))
        .message,
    ).toBe('Policy arn:aws:iam::000000000000:policy/no does not exist or is not attachable.');
  });

  it('is listed page by page', async () => {
    const { call } = iamSubject();
    for (const RoleName of ['a', 'b', 'c']) await call('CreateRole', { RoleName, AssumeRolePolicyDocument: TRUST });
    const first = await call('ListRoles', { MaxItems: 2 });
    expect(first).toMatchObject({ IsTruncated: true, Roles: [{ RoleName: 'a' }, { RoleName: 'b' }] });
    const second = await call('ListRoles', { MaxItems: 2, Marker: first.Marker });
    expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: 'c' }] });
  });

  it('is listed without a gap when those of a page are deleted before the next is asked for', async () => {
    const { call, refusal } = iamSubject();
    for (const RoleName of ['a', 'b', 'c']) await call('CreateRole', { RoleName, AssumeRolePolicyDocument: TRUST });
    const first = await call('ListRoles', { MaxItems: 2 });
    for (const RoleName of ['a', 'b']) await call('DeleteRole', { RoleName });
    const second = await call('ListRoles', { MaxItems: 2, Marker: first.Marker });
    expect(second).toMatchObject({ IsTruncated: false, Roles: [{ RoleName: 'c' }] });
    for (const [operation, Marker] of [
      ['ListRoles', '2'],
      ['ListPolicies', first.Marker],
    ] as const) {
      expect(await refusal(operation, { Marker })).toMatchObject({
        code: 'ValidationError',
        message: 'Invalid Marker.',
      });
    }
  });

  it('lists its tags, inline policies and attachments page by page', async () => {
    const { call } = iamSubject();
    const Tags = ['c', 'a', 'b'].map((Key) => ({ Key, Value: Key }));
    await call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: TRUST, Tags });
    for (const name of ['c', 'a', 'b']) {
      const { Policy } = await call('CreatePolicy', { PolicyName: name, PolicyDocument: DOCUMENT });
      await call('AttachRolePolicy', { RoleName: 'r', PolicyArn: Policy?.Arn });
      await call('PutRolePolicy', { RoleName: 'r', PolicyName: name, PolicyDocument: DOCUMENT });
    }
    const pages = async <Item>(operation: string, itemsOf: (page: Record<string, unknown>) => Item[]) => {
      const first = (await call(operation, { RoleName: 'r', MaxItems: 2 })) as Record<string, unknown>;
      const rest = { RoleName: 'r', MaxItems: 2, Marker: first['Marker'] };
      return [itemsOf(first), itemsOf((await call(operation, rest)) as Record<string, unknown>)];
    };
    const names = (member: string, name: string) => (page: Record<string, unknown>) =>
      (page[member] as Record<string, string>[]).map((each) => each[name]);
    const expected = [['a', 'b'], ['c']];
    expect(await pages('ListRoleTags', names('Tags', 'Key'))).toEqual(expected);
    expect(await pages('ListAttachedRolePolicies', names('AttachedPolicies', 'PolicyName'))).toEqual(expected);
    expect(await pages('ListRolePolicies', ({ PolicyNames }) => PolicyNames as string[])).toEqual(expected);
  });
});

describe('a managed policy', () => {
  const PolicyArn = 'arn:aws:iam::000000000000:policy/read';

  it('has versions, of which one is the default', async () => {
    const { call, refusal } = iamSubject();
    const { Policy } = await call('CreatePolicy', { PolicyName: 'read', PolicyDocument: DOCUMENT, Description: 'd' });
    expect(Policy).toMatchObject({ Arn: PolicyArn, DefaultVersionId: 'v1', AttachmentCount: 0, Description: 'd' });
    const made = await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: TRUST, SetAsDefault: true });
    expect(made.PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: true });
    const { PolicyVersion } = await call('GetPolicyVersion', { PolicyArn, VersionId: 'v2' });
    expect(decodeURIComponent(PolicyVersion.Document)).toBe(TRUST);
    expect((await refusal('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' })).message).toBe(
      'Cannot delete the default version of a policy.',
    );
    expect((await refusal('DeletePolicy', { PolicyArn })).code).toBe('DeleteConflictException');
    await call('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v1' });
    await call('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' });
    const third = await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: TRUST });
    expect(third.PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: false });
    const { Versions } = await call('ListPolicyVersions', { PolicyArn });
    expect(Versions.map(({ VersionId }: { VersionId: string }) => VersionId)).toEqual(['v3', 'v1']);
  });

  it('cannot be deleted while a role has it', async () => {
    const { call, refusal } = iamSubject();
    await call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: TRUST });
    await call('CreatePolicy', { PolicyName: 'read', PolicyDocument: DOCUMENT });
    await call('AttachRolePolicy', { RoleName: 'worker', PolicyArn });
    expect((await call('ListPolicies', { OnlyAttached: true })).Policies).toMatchObject([{ AttachmentCount: 1 }]);
    expect((await refusal('DeletePolicy', { PolicyArn })).message).toBe('Cannot delete a policy attached to entities.');
    await call('DetachRolePolicy', { RoleName: 'worker', PolicyArn });
    await call('DeletePolicy', { PolicyArn });
    expect((await refusal('GetPolicy', { PolicyArn })).message).toBe(`Policy ${PolicyArn} was not found.`);
  });

  it('of AWS is not held, and says so', async () => {
    const { refusal } = iamSubject();
    expect(await refusal('GetPolicy', { PolicyArn: BASIC })).toMatchObject({
      code: 'NoSuchEntityException',
      message: `Policy ${BASIC} was not found. Headwater attaches policies of AWS, but does not hold them.`,
    });
  });

  it('is forgotten, like roles, by a reset', async () => {
    const { call, reset } = iamSubject();
    await call('CreatePolicy', { PolicyName: 'read', PolicyDocument: DOCUMENT });
    await reset();
    expect((await call('ListPolicies')).Policies).toEqual([]);
  });
});
