// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html: concurrency is the number of requests in flight;
// reserved concurrency is both a cap and a guarantee.
import { describe, expect, test } from 'vitest';
import { asArn } from '../../src/core/arn.ts';
import { until } from '../support/patience.ts';
import { FUNCTION, fakeFunction, gate, never, request, returned, setUpDispatch } from './dispatch-fakes.ts';

const OTHER = asArn(`${FUNCTION}-other`);

function busyFunction(options: Parameters<typeof setUpDispatch>[0] = {}) {
  const parts = setUpDispatch(options);
  const waiting = gate<ReturnType<typeof returned>>();
  const fn = fakeFunction(() => waiting.passed);
  parts.functions.set(FUNCTION, fn);
  const invoke = (arn = FUNCTION) => parts.dispatcher.invoke(request('{}', `r-${parts.calls.length}`, arn), never);
  return { ...parts, fn, invoke, finish: () => waiting.open(returned('1')) };
}

describe('the concurrency gate', () => {
  test('admits as many as are reserved and throttles the next with its reason', async () => {
    const { fn, invoke, finish, calls } = busyFunction();
    fn.reservedConcurrency = 2;
    const running = [invoke(), invoke()];
    await until(() => calls.length === 2);
    expect(await invoke()).toEqual({ kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
    finish();
    await Promise.all(running);
    expect((await invoke()).kind).toBe('ok');
  });

  test('counts versions and aliases of a function together', async () => {
    const { fn, invoke, finish, calls } = busyFunction();
    fn.reservedConcurrency = 1;
    const running = invoke(asArn(`${FUNCTION}:1`));
    await until(() => calls.length === 1);
    expect((await invoke()).kind).toBe('throttled');
    finish();
    await running;
  });

  test('zero reserved stops the function', async () => {
    const { fn, invoke } = busyFunction();
    fn.reservedConcurrency = 0;
    expect(await invoke()).toEqual({ kind: 'throttled', reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' });
  });

  test('the rest share what the account has less what is reserved, used or not', async () => {
    const { functions, invoke, finish, calls } = busyFunction({ accountConcurrency: 105 });
    const other = fakeFunction(() => returned('1'));
    other.reservedConcurrency = 3;
    functions.set(OTHER, other);
    const running = Array.from({ length: 102 }, () => invoke());
    await until(() => calls.length === 102);
    expect(await invoke()).toEqual({ kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' });
    expect((await invoke(OTHER)).kind).toBe('ok');
    finish();
    await Promise.all(running);
  });

  test('keeps accounts and regions apart', async () => {
    const { functions, invoke, finish, calls, fn } = busyFunction({ accountConcurrency: 1 });
    const elsewhere = asArn(FUNCTION.replace('us-east-1', 'eu-west-1'));
    functions.set(elsewhere, fn);
    const running = [invoke(), invoke(elsewhere)];
    await until(() => calls.length === 2);
    expect((await invoke()).kind).toBe('throttled');
    finish();
    await Promise.all(running);
  });
});

describe('an invocation is refused', () => {
  test('when there is no such function', async () => {
    const { dispatcher } = setUpDispatch();
    expect(await dispatcher.invoke(request('{}'), never)).toEqual({
      kind: 'refused',
      status: 404,
      code: 'ResourceNotFoundException',
      message: `Function not found: ${FUNCTION}`,
    });
  });

  test.each(['Pending', 'Failed'] as const)('when the function is %s', async (state) => {
    const { dispatcher, functions } = setUpDispatch();
    functions.set(FUNCTION, { ...fakeFunction(() => returned('1')), state });
    expect(await dispatcher.invoke(request('{}'), never)).toMatchObject({
      kind: 'refused',
      status: 409,
      code: 'ResourceConflictException',
      message: `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
    });
  });
});
