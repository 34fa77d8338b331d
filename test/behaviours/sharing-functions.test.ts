// Several processes on the same backends run the same functions: a limit that one of them is told holds in all, and none
// keeps an environment of code that another has replaced.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
import { expect, test } from 'vitest';
import { openBlobStore } from '../../src/backends/embedded/blob-store.ts';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { createConcurrencyGate } from '../../src/dispatch/concurrency-gate.ts';
import { arnOf, lambdaSubject } from './lambda-subject.ts';

const SCOPE = { account: '000000000000', region: 'us-east-1' };

async function startTwo() {
  const shared = { registry: openRegistry(openMemoryStore()), blobs: openBlobStore() };
  const [a, b] = [await lambdaSubject(shared), await lambdaSubject(shared)];
  await a.create();
  return {
    a,
    b,
    [Symbol.asyncDispose]: async () => void (await Promise.all([a, b].map((each) => each[Symbol.asyncDispose]()))),
  };
}

test('what is reserved in one process is taken from the others everywhere', async () => {
  await using two = await startTwo();
  const { a, b } = two;
  expect(await b.lambda.directory.reservedTotal(SCOPE)).toBe(0);
  await a.call('PutFunctionConcurrency', { FunctionName: 'fn', ReservedConcurrentExecutions: 100 });
  expect(await b.lambda.directory.reservedTotal(SCOPE)).toBe(100);
  await a.call('DeleteFunctionConcurrency', { FunctionName: 'fn' });
  expect(await b.lambda.directory.reservedTotal(SCOPE)).toBe(0);
});

test('concurrency is counted over all processes', async () => {
  const permits = openPermits();
  const gates = [1, 2].map(() => createConcurrencyGate(permits, 3, async () => 1));
  const caller = { arn: arnOf('fn'), ...SCOPE };
  const first = await gates[0]?.enter(caller);
  const second = await gates[1]?.enter(caller);
  expect([first, second].map((admitted) => typeof admitted)).toEqual(['object', 'object']);
  expect(await gates[0]?.enter(caller)).toBe('ConcurrentInvocationLimitExceeded');
  const reserved = { ...caller, reservedConcurrency: 1 };
  const third = await gates[0]?.enter(reserved);
  expect(typeof third).toBe('object');
  expect(await gates[1]?.enter(reserved)).toBe('ReservedFunctionConcurrentInvocationLimitExceeded');
});

test('environments of replaced code end in all processes, of a tagged function in none', async () => {
  await using two = await startTwo();
  const { a, b } = two;
  await b.lambda.directory.resolve(arnOf('fn'));
  await a.call('TagResource', { Resource: arnOf('fn'), Tags: { team: 'blue' } });
  await b.lambda.directory.resolve(arnOf('fn'));
  expect(b.retired).toEqual([]);
  await a.call('UpdateFunctionConfiguration', { FunctionName: 'fn', MemorySize: 256 });
  await expect.poll(() => b.retired).toEqual([arnOf('fn')]);
  await b.lambda.directory.resolve(arnOf('fn'));
  await a.call('DeleteFunction', { FunctionName: 'fn' });
  await expect.poll(() => b.retired).toEqual([arnOf('fn'), arnOf('fn')]);
});

test('code in a folder of one machine is refused where processes share the functions', async () => {
  await using subject = await lambdaSubject({ shared: true, codeRoot: '/' });
  const Code = { S3Bucket: 'local-folder', S3Key: '/srv/code' };
  const Role = 'arn:aws:iam::000000000000:role/r';
  const input = { FunctionName: 'folder', Runtime: 'nodejs22.x', Handler: 'index.handler', Role, Code };
  await expect(subject.call('CreateFunction', input)).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
    message: expect.stringContaining('a folder that other processes on the same backends do not have'),
  });
});
