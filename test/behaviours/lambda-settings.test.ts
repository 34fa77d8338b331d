// Concurrency, asynchronous settings, tags and account limits of functions.
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/target.ts';
import { AWAY, awayLeases } from '../support/away-leases.ts';
import { arnOf, lambdaSubject, START_MS } from './lambda-subject.ts';

const FN = { FunctionName: 'fn' };
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:dead';

/** A queue service with one queue, and no other service. */
const queues: Target = {
  service: 'sqs',
  deliver: async () => ({ kind: 'accepted' }),
  describe: async (arn) => (arn === QUEUE ? { arn } : undefined),
};
const targets = { find: (arn: string) => (arn.split(':')[2] === 'sqs' ? queues : undefined) };

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
describe('reserved concurrency', () => {
  it('is set, told, counted and taken away', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    expect(await subject.call('GetFunctionConcurrency', FN)).toEqual({});
    const put = await subject.call('PutFunctionConcurrency', { ...FN, ReservedConcurrentExecutions: 7 });
    expect(put).toEqual({ ReservedConcurrentExecutions: 7 });
    expect((await subject.call('GetFunction', FN)).Concurrency).toEqual({ ReservedConcurrentExecutions: 7 });
    const scope = { account: '000000000000', region: 'us-east-1' };
    expect(await subject.lambda.directory.reservedTotal(scope)).toBe(7);
    expect(await subject.lambda.directory.resolve(arnOf('fn'))).toMatchObject({ reservedConcurrency: 7 });
    const { AccountLimit } = await subject.call('GetAccountSettings');
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 993 });
    await subject.call('DeleteFunctionConcurrency', FN);
    expect(await subject.lambda.directory.reservedTotal(scope)).toBe(0);
  });

  it('leaves 100 unreserved, and may always be zero', async () => {
    await using subject = await lambdaSubject();
    await subject.create('a');
    await subject.create('b');
    await subject.call('PutFunctionConcurrency', { FunctionName: 'a', ReservedConcurrentExecutions: 900 });
    const refused = await subject.refusal('PutFunctionConcurrency', {
      FunctionName: 'b',
      ReservedConcurrentExecutions: 1,
    });
    expect(refused).toMatchObject({
      code: 'InvalidParameterValueException',
      members: { Type: undefined },
      message:
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    });
    await subject.call('PutFunctionConcurrency', { FunctionName: 'b', ReservedConcurrentExecutions: 0 });
  });

  it('is of the whole function', async () => {
    await using subject = await lambdaSubject();
    const none = await subject.refusal('PutFunctionConcurrency', { FunctionName: 'none' });
    expect(none.message).toBe(`Function not found: ${arnOf('none:$LATEST')}`);
    await subject.create();
    const refused = await subject.refusal('PutFunctionConcurrency', { FunctionName: 'fn:$LATEST' });
    expect(refused.message).toBe(
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    );
  });
});

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html: ServiceException is what cannot be done now.
it('while the backend of turns is away, what needs one is answered at once', async () => {
  await using subject = await lambdaSubject({ leases: awayLeases });
  await expect(subject.create()).rejects.toMatchObject(AWAY);
});

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html
describe('settings of asynchronous invocation', () => {
  it('Put replaces them, Update keeps what is not given', async () => {
    await using subject = await lambdaSubject({ targets });
    await subject.create();
    const base = {
      FunctionArn: arnOf('fn:$LATEST'),
      LastModified: new Date(START_MS),
      DestinationConfig: { OnSuccess: {}, OnFailure: {} },
    };
    const put = (input: object) => subject.call('PutFunctionEventInvokeConfig', { ...FN, ...input });
    expect(await put({ MaximumRetryAttempts: 0 })).toEqual({ ...base, MaximumRetryAttempts: 0 });
    expect(await put({ MaximumEventAgeInSeconds: 60 })).toEqual({ ...base, MaximumEventAgeInSeconds: 60 });
    const update = { ...FN, MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination: QUEUE } } };
    expect(await subject.call('UpdateFunctionEventInvokeConfig', update)).toEqual({
      ...base,
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: QUEUE } },
    });
    expect(await subject.lambda.directory.eventInvokeConfig(arnOf('fn'))).toEqual({
      maximumRetryAttempts: 1,
      maximumEventAgeMs: 60_000,
      onFailure: QUEUE,
    });
  });

  it('are of exactly one qualifier, and AWS has defaults for all others', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    await subject.call('PutFunctionEventInvokeConfig', { ...FN, MaximumRetryAttempts: 0 });
    const missing = await subject.refusal('GetFunctionEventInvokeConfig', { ...FN, Qualifier: '1' });
    expect(missing.message).toBe(`The function ${arnOf('fn:1')} doesn't have an EventInvokeConfig`);
    expect(await subject.lambda.directory.eventInvokeConfig(arnOf('fn:1'))).toEqual({
      maximumRetryAttempts: 2,
      maximumEventAgeMs: 21_600_000,
    });
    await subject.call('PutFunctionEventInvokeConfig', { ...FN, Qualifier: '1', MaximumRetryAttempts: 1 });
    const { FunctionEventInvokeConfigs } = await subject.call('ListFunctionEventInvokeConfigs', FN);
    expect(FunctionEventInvokeConfigs).toHaveLength(2);
    await subject.call('DeleteFunctionEventInvokeConfig', FN);
    expect((await subject.refusal('DeleteFunctionEventInvokeConfig', FN)).status).toBe(404);
  });

  it('are refused in the words of AWS', async () => {
    await using subject = await lambdaSubject({ targets });
    await subject.create();
    const messageOf = async (input: object) =>
      (await subject.refusal('PutFunctionEventInvokeConfig', { ...FN, ...input })).message;
    const onSuccess = (Destination: string) => ({ DestinationConfig: { OnSuccess: { Destination } } });
    expect(await messageOf({})).toBe('You must specify at least one of error handling or destination setting.');
    expect(await messageOf({ FunctionName: 'none', MaximumRetryAttempts: 1 })).toBe("The function doesn't exist.");
    expect(await messageOf(onSuccess(arnOf('fn')))).toBe("You can't specify the function as a destination for itself.");
    expect(await messageOf(onSuccess('arn:aws:sqs:us-east-1:000000000000:none'))).toBe(
      'The destination ARN arn:aws:sqs:us-east-1:000000000000:none is invalid.',
    );
    expect(await messageOf(onSuccess('arn:aws:iam:us-east-1:000000000000:x'))).toBe(
      'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:000000000000:x), onFailure=null) is invalid.',
    );
    expect(await messageOf(onSuccess('arn:aws:sns:us-east-1:000000000000:topic'))).toContain('sns as a destination');
  });

  it('include a dead-letter queue, which must be there', async () => {
    await using subject = await lambdaSubject({ targets });
    await subject.create('fn', { DeadLetterConfig: { TargetArn: QUEUE } });
    expect(await subject.lambda.directory.resolve(arnOf('fn'))).toMatchObject({ deadLetterArn: QUEUE });
    const { Configuration } = await subject.call('GetFunction', FN);
    expect(Configuration.DeadLetterConfig).toEqual({ TargetArn: QUEUE });
    await expect(subject.create('other', { DeadLetterConfig: { TargetArn: `${QUEUE}-not` } })).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
    });
    await subject.call('UpdateFunctionConfiguration', { ...FN, DeadLetterConfig: { TargetArn: '' } });
    expect((await subject.call('GetFunction', FN)).Configuration).not.toHaveProperty('DeadLetterConfig');
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-tags.html
describe('tags', () => {
  it('are merged, removed and shown, each change with a new revision', async () => {
    await using subject = await lambdaSubject();
    const Resource = arnOf('fn');
    await subject.create('fn', { Tags: { a: '1' } });
    const before = await subject.call('GetFunction', FN);
    await subject.call('TagResource', { Resource, Tags: { a: '2', b: '3' } });
    await subject.call('UntagResource', { Resource, TagKeys: ['b', 'none'] });
    expect(await subject.call('ListTags', { Resource })).toEqual({ Tags: { a: '2' } });
    const after = await subject.call('GetFunction', FN);
    expect(after.Tags).toEqual({ a: '2' });
    expect(after.Configuration.RevisionId).not.toBe(before.Configuration.RevisionId);
    await subject.call('UntagResource', { Resource, TagKeys: ['a'] });
    expect(await subject.call('GetFunction', FN)).not.toHaveProperty('Tags');
  });

  it('are refused in the words of AWS', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const messageOf = async (Resource: string, Tags: object = { a: 'b' }) =>
      (await subject.refusal('TagResource', { Resource, Tags })).message;
    expect(await messageOf(arnOf('none'))).toBe(`Function not found: ${arnOf('none')}`);
    expect(await messageOf(arnOf('fn:v1'))).toBe(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
    expect(await messageOf(arnOf('fn'), {})).toBe('An error occurred and the request cannot be processed.');
    const provider = 'arn:aws:lambda:us-east-1:000000000000:capacity-provider:p';
    expect(await messageOf(provider)).toBe(`Capacity provider not found: ${provider}`);
  });
});
