// Invoke: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html and the recorded answers.
import { describe, expect, it } from 'vitest';
import { arnOf, CONTEXT, lambdaSubject, ok } from './lambda-subject.ts';

const FN = { FunctionName: 'fn' };
const AT = (column: number) =>
  `\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`;

describe('a synchronous invocation', () => {
  it('answers 200 with what the function returned and the version that ran', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    subject.behaviour.outcome = ok('{"a":1}', { executedVersion: '1' });
    const answer = await subject.call('Invoke', { ...FN, Qualifier: '1', Payload: Buffer.from('{"x":1}') });
    expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '1', Payload: Buffer.from('{"a":1}') });
    expect(subject.invoked).toMatchObject([
      { functionArn: arnOf('fn:1'), requestId: CONTEXT.requestId, trigger: 'direct', payload: Buffer.from('{"x":1}') },
    ]);
  });

  it('answers 200 and Unhandled when the function failed, with the end of its log', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const outcome = ok('{"errorMessage":"no"}', { logTail: `${'x'.repeat(5000)}END` });
    if (outcome.kind !== 'ok') throw new Error('unexpected');
    subject.behaviour.outcome = { ...outcome, kind: 'function-error' };
    const answer = await subject.call('Invoke', { ...FN, LogType: 'Tail' });
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    const log = Buffer.from(answer.LogResult, 'base64').toString();
    expect(log).toHaveLength(4096);
    expect(log.endsWith('END')).toBe(true);
  });

  it('hands an empty payload on as an empty object', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    await subject.call('Invoke', FN);
    expect(Buffer.from(subject.invoked[0]?.payload ?? []).toString()).toBe('{}');
  });

  it('answers 429 with the reason when it is throttled', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    subject.behaviour.outcome = { kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
    expect(await subject.refusal('Invoke', FN)).toEqual({
      code: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      status: 429,
      members: { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded', Type: 'User' },
    });
  });
});

describe('other types', () => {
  it('Event answers 202 once the invocation is stored', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    expect(await subject.call('Invoke', { ...FN, InvocationType: 'Event' })).toEqual({ StatusCode: 202 });
    expect(subject.queued).toMatchObject([{ functionArn: arnOf('fn'), requestId: CONTEXT.requestId }]);
    expect(subject.invoked).toEqual([]);
  });

  it('DryRun answers 204 and runs nothing', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    expect(await subject.call('Invoke', { ...FN, InvocationType: 'DryRun' })).toEqual({ StatusCode: 204 });
    expect(subject.invoked).toEqual([]);
  });

  it('InvokeAsync answers 202 and keeps its limit of 256 KB', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    expect(await subject.call('InvokeAsync', { ...FN, InvokeArgs: Buffer.from('{"a":1}') })).toEqual({ Status: 202 });
    const large = Buffer.from(JSON.stringify('x'.repeat(262_144)));
    expect(await subject.refusal('InvokeAsync', { ...FN, InvokeArgs: large })).toMatchObject({ status: 413 });
  });
});

describe('what cannot be invoked', () => {
  it('is a function that is not there: the qualifier is named even when none was given', async () => {
    await using subject = await lambdaSubject();
    expect(await subject.refusal('Invoke', { FunctionName: 'none' })).toMatchObject({
      code: 'ResourceNotFoundException',
      status: 404,
      message: `Function not found: ${arnOf('none:$LATEST')}`,
    });
    await subject.create();
    expect((await subject.refusal('Invoke', { ...FN, Qualifier: 'alias' })).message).toBe(
      `Function not found: ${arnOf('fn:alias')}`,
    );
  });

  it.each([
    ['RequestResponse', 6_291_456],
    ['Event', 1_048_576],
  ])('is a payload that is too large for %s', async (InvocationType, limit) => {
    await using subject = await lambdaSubject();
    await subject.create();
    const Payload = Buffer.alloc(limit + 1, 0x20);
    expect(await subject.refusal('Invoke', { ...FN, InvocationType, Payload })).toMatchObject({
      code: 'RequestEntityTooLargeException',
      status: 413,
      message: `${limit + 1} byte payload is too large for the ${InvocationType} invocation type (limit ${limit} bytes)`,
    });
  });

  it.each([
    ['n\x87r', `Invalid UTF-8 start byte 0x87${AT(3)}`],
    [
      '\x99\xeb',
      `Unexpected character ((CTRL-CHAR, code 153)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')${AT(1)}`,
    ],
    [
      'hello',
      `Unrecognized token 'hello': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')${AT(6)}`,
    ],
    ['{"a":', `Unexpected end-of-input within/between Object entries${AT(6)}`],
    ["{'a':1}", `Unexpected character (''' (code 39)): was expecting double-quote to start field name${AT(2)}`],
  ])('is a payload that is no JSON: %j', async (payload, text) => {
    await using subject = await lambdaSubject();
    await subject.create();
    const refused = await subject.refusal('Invoke', { ...FN, Payload: Buffer.from(payload, 'latin1') });
    expect(refused).toMatchObject({ code: 'InvalidRequestContentException', status: 400, members: { Type: 'User' } });
    expect(refused.message).toBe(`Could not parse request body into json: Could not parse payload into json: ${text}`);
  });

  it('is a client context that is no JSON object in base64', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const refused = await subject.refusal('Invoke', { ...FN, ClientContext: 'no json' });
    expect(refused.message).toBe('Client context must be a valid Base64-encoded JSON object.');
    const ClientContext = Buffer.from('{"custom":{}}').toString('base64');
    await subject.call('Invoke', { ...FN, ClientContext });
    expect(subject.invoked[0]?.clientContext).toBe(ClientContext);
  });
});
