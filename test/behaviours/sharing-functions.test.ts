// Several processes on the same backends run the same functions: a limit that one of them is told holds in all, and none
// keeps an environment of code that another has replaced.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
import { expect, test } from 'vitest';
import { openBlobStore } from '../../src/backends/embedded/blob-store.ts';
import { openPermits } from '../../src/backends/embedded/permits.ts';
import { openRegistry } from '../../src/backends/embedded/registry.ts';
import { openMemoryStore } from '../../src/backends/embedded/store.ts';
import { createConcurrencyGate } from '../../src/dispatch/concurrency-gate.ts';
import { createSharedLeases } from '../support/shared-leases.ts';
import { arnOf, lambdaSubject } from './lambda-subject.ts';

const SCOPE = { account: '000000000000', region: 'us-east-1' };

async function startTwo() {
  const shared = { registry: openRegistry(openMemoryStore()), blobs: openBlobStore() };
  const leases = createSharedLeases();
  const [a, b] = [
    await lambdaSubject({ ...shared, leases: leases.join() }),
    await lambdaSubject({ ...shared, leases: leases.join() }),
  ];
  await a.create();
  return {
    ...{ a, b, blobs: shared.blobs },
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

test('reservations in two processes at once leave what must not be reserved', async () => {
  await using two = await startTwo();
  const { a, b } = two;
  await a.create('other');
  const reserve = (subject: typeof a, FunctionName: string) =>
    subject.call('PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 500 });
  const done = await Promise.allSettled([reserve(a, 'fn'), reserve(b, 'other')]);
  expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await b.lambda.directory.reservedTotal(SCOPE)).toBe(500);
});

test('code stays when one process deletes the last function of it while another makes one of the same', async () => {
  await using two = await startTwo();
  const { a, b, blobs } = two;
  for (let each = 0; each < 20; each += 1) {
    const [leaves, comes] = each % 2 ? ['next', 'fn'] : ['fn', 'next'];
    await Promise.all([a.call('DeleteFunction', { FunctionName: leaves }), b.create(comes)]);
    const { CodeSha256 = '' } = await a.call('GetFunctionConfiguration', { FunctionName: comes });
    expect(await blobs.get(Buffer.from(CodeSha256, 'base64').toString('hex'))).toBeDefined();
  }
});
