// Resource policies: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html.
import { describe, expect, it } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import { arnOf, lambdaSubject } from './lambda-subject.ts';

const FN = { FunctionName: 'fn' };
const S3 = { Action: 'lambda:InvokeFunction', StatementId: 's3', Principal: 's3.amazonaws.com' };

describe('adding a permission', () => {
  it.each([
    [{ Principal: '*', SourceAccount: '000000000000' }, '*', { StringEquals: { 'AWS:SourceAccount': '000000000000' } }],
    [{ Principal: 'events.amazonaws.com' }, { Service: 'events.amazonaws.com' }, undefined],
    [{ Principal: '111111111111' }, { AWS: 'arn:aws:iam::111111111111:root' }, undefined],
    [
      { Principal: 'arn:aws:iam::1111:role/x'.replace('1111', '111111111111') },
      { AWS: 'arn:aws:iam::111111111111:role/x' },
      undefined,
    ],
    [{ Principal: '*', EventSourceToken: 'amzn1' }, '*', { StringEquals: { 'lambda:EventSourceToken': 'amzn1' } }],
    [
      {
        Principal: '*',
        SourceArn: 'arn:aws:s3:::b',
        SourceAccount: '000000000000',
        PrincipalOrgID: 'o-1',
        FunctionUrlAuthType: 'NONE',
      },
      '*',
      {
        StringEquals: {
          'AWS:SourceAccount': '000000000000',
          'lambda:FunctionUrlAuthType': 'NONE',
          'aws:PrincipalOrgID': 'o-1',
        },
        ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::b' },
      },
    ],
  ])('writes the statement as AWS does: %j', async (input, Principal, Condition) => {
    await using subject = await lambdaSubject();
    await subject.create();
    const { Statement } = await subject.call('AddPermission', { ...FN, ...S3, ...input });
    expect(JSON.parse(Statement)).toEqual({
      Sid: 's3',
      Effect: 'Allow',
      Principal,
      Action: 'lambda:InvokeFunction',
      Resource: arnOf('fn'),
      ...(Condition ? { Condition } : {}),
    });
  });

  it('gives the function and its policy one new revision', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const before = await subject.call('GetFunction', FN);
    const stale = await subject.refusal('AddPermission', { ...FN, ...S3, RevisionId: 'old' });
    expect(stale.message).toContain('Call the GetPolicy API to retrieve the latest Revision Id');
    await subject.call('AddPermission', { ...FN, ...S3, RevisionId: before.Configuration.RevisionId });
    const { Policy, RevisionId } = await subject.call('GetPolicy', FN);
    expect(JSON.parse(Policy)).toMatchObject({ Version: '2012-10-17', Id: 'default', Statement: [{ Sid: 's3' }] });
    const after = await subject.call('GetFunction', FN);
    expect(after.Configuration.RevisionId).toBe(RevisionId);
    expect(RevisionId).not.toBe(before.Configuration.RevisionId);
  });

  it('is refused in the words of AWS', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const messageOf = async (operation: string, input: object) =>
      (await subject.refusal(operation, { ...FN, ...S3, ...input })).message;
    const cases: readonly (readonly [string, object, string])[] = [
      [
        'AddPermission',
        { FunctionName: 'fn:a', Qualifier: '42' },
        'The derived qualifier from the function name does not match the specified qualifier.',
      ],
      ['AddPermission', { Qualifier: '$LATEST' }, 'We currently do not support adding policies for $LATEST.'],
      [
        'AddPermission',
        { Principal: 'invalid.nonaws.com' },
        'The provided principal was invalid. Please check the principal and try again.',
      ],
      ['GetPolicy', { FunctionName: 'none' }, 'The resource you requested does not exist.'],
      ['AddPermission', { FunctionName: 'none' }, `Function not found: ${arnOf('none')}`],
      ['RemovePermission', {}, 'No policy is associated with the given resource.'],
      ['AddPermission', { Qualifier: 'alias' }, `Cannot find alias arn: ${arnOf('fn:alias')}`],
      ['AddPermission', { Qualifier: '42' }, `Function not found: ${arnOf('fn:42')}`],
      ['AddPermission', { Qualifier: 'with-$-in-it' }, `Function not found: ${arnOf('fn:with-$-in-it')}`],
      ['RemovePermission', { FunctionName: 'none' }, `No policy found for: ${arnOf('none')}`],
      ['RemovePermission', { Qualifier: 'alias' }, `Cannot find alias arn: ${arnOf('fn:alias')}`],
    ];
    for (const [operation, input, message] of cases) expect(await messageOf(operation, input)).toBe(message);
    await subject.call('AddPermission', { ...FN, ...S3 });
    expect(await messageOf('AddPermission', {})).toBe(
      'The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.',
    );
    expect(await messageOf('RemovePermission', { StatementId: 'other' })).toBe(
      'Statement other is not found in resource policy.',
    );
    await subject.call('RemovePermission', { ...FN, StatementId: 's3' });
    expect(await messageOf('GetPolicy', {})).toBe('The resource you requested does not exist.');
  });
});

describe('a resource policy', () => {
  const claim = {
    principal: 's3.amazonaws.com',
    sourceArn: asArn('arn:aws:s3:::uploads'),
    sourceAccount: '000000000000',
  };

  it.each([
    [{}, true],
    [{ SourceArn: 'arn:aws:s3:::uploads' }, true],
    [{ SourceArn: 'arn:aws:s3:::up*' }, true],
    [{ SourceArn: 'arn:aws:s3:::other' }, false],
    [{ SourceArn: 'arn:aws:*:::uploads' }, true],
    [{ SourceArn: 'arn:aws:s3*' }, false],
    [{ SourceAccount: '000000000000' }, true],
    [{ SourceAccount: '111111111111' }, false],
    [{ Principal: 'sns.amazonaws.com' }, false],
    [{ Principal: '*' }, true],
    [{ Principal: '*', PrincipalOrgID: 'o-1' }, false],
    [{ Action: 'lambda:*' }, true],
    [{ Action: 'lambda:GetFunction' }, false],
  ])('with %j lets a bucket invoke: %s', async (input, allowed) => {
    await using subject = await lambdaSubject();
    await subject.create();
    await subject.call('AddPermission', { ...FN, ...S3, ...input });
    expect(await subject.lambda.directory.allowsInvoke(arnOf('fn'), claim)).toBe(allowed);
  });

  it('holds for exactly the qualifier that it was given for', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    await subject.call('AddPermission', { ...FN, ...S3, Qualifier: '1' });
    expect(await subject.lambda.directory.allowsInvoke(arnOf('fn:1'), claim)).toBe(true);
    expect(await subject.lambda.directory.allowsInvoke(arnOf('fn'), claim)).toBe(false);
  });

  it('is what lets another account invoke', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const other = {
      account: '111111111111',
      caller: { accessKeyId: 'k', arn: 'arn:aws:iam::111111111111:root', userId: '1' },
    };
    const input = { FunctionName: arnOf('fn') };
    expect((await subject.refusal('Invoke', input, other)).code).toBe('AccessDeniedException');
    await subject.call('AddPermission', { ...FN, ...S3, Principal: '111111111111' });
    expect(await subject.call('Invoke', input, other)).toMatchObject({ StatusCode: 200 });
  });
});
