// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html, as a pure rule.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AttemptHistory, decideRetry, type RetryPolicy } from '../../src/core/retry-policy.ts';
import { promptTiming } from '../../src/core/timing.ts';
import { runSeed } from '../support/seed.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const policy = (given: Partial<RetryPolicy> = {}): RetryPolicy => ({
  maximumRetryAttempts: 2,
  maximumEventAgeMs: 6 * HOUR,
  timing: promptTiming,
  ...given,
});
const history = (given: Partial<AttemptHistory>): AttemptHistory => ({
  acceptedAtMs: 0,
  nowMs: 0,
  attempts: 1,
  deferrals: 0,
  ...given,
});

describe('after a function error', () => {
  test('the delays are one minute, then two', () => {
    expect(decideRetry(policy(), 'function-error', history({}))).toEqual({ kind: 'retry', atMs: 60 * SECOND });
    expect(decideRetry(policy(), 'function-error', history({ attempts: 2, nowMs: 60 * SECOND }))).toEqual({
      kind: 'retry',
      atMs: 180 * SECOND,
    });
  });

  test('the attempts end before the age does', () => {
    const spent = history({ attempts: 3, nowMs: 7 * HOUR });
    expect(decideRetry(policy(), 'function-error', spent)).toEqual({ kind: 'give-up', condition: 'RetriesExhausted' });
  });
});

describe('after a throttle', () => {
  test('the delay doubles from one second to five minutes', () => {
    const delays = [1, 2, 3, 9, 10, 40].map((deferrals) => decideRetry(policy(), 'deferred', history({ deferrals })));
    expect(delays.map((decision) => (decision.kind === 'retry' ? decision.atMs / SECOND : 0))).toEqual([
      1, 2, 4, 256, 300, 300,
    ]);
  });

  test('the last try is at the age limit, and then it is over', () => {
    const old = policy({ maximumEventAgeMs: 60 * SECOND });
    expect(decideRetry(old, 'deferred', history({ deferrals: 7, nowMs: 50 * SECOND }))).toEqual({
      kind: 'retry',
      atMs: 60 * SECOND,
    });
    expect(decideRetry(old, 'deferred', history({ deferrals: 8, nowMs: 60 * SECOND }))).toEqual({
      kind: 'give-up',
      condition: 'EventAgeExceeded',
    });
  });
});

test('whatever happens, an invocation ends: no more attempts than allowed, and never past its age', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 60, max: 21_600 }),
      fc.array(fc.constantFrom('function-error' as const, 'deferred' as const), { minLength: 2000, maxLength: 2000 }),
      (maximumRetryAttempts, ageSeconds, failures) => {
        const rules = policy({ maximumRetryAttempts, maximumEventAgeMs: ageSeconds * SECOND });
        let [nowMs, attempts, deferrals] = [0, 0, 0];
        for (const failure of failures) {
          attempts += failure === 'function-error' ? 1 : 0;
          deferrals = failure === 'deferred' ? deferrals + 1 : 0;
          const decision = decideRetry(rules, failure, { acceptedAtMs: 0, nowMs, attempts, deferrals });
          if (decision.kind === 'give-up') return;
          expect(decision.atMs).toBeGreaterThan(nowMs);
          nowMs = decision.atMs;
          expect(nowMs).toBeLessThanOrEqual(ageSeconds * SECOND);
          expect(attempts).toBeLessThanOrEqual(maximumRetryAttempts);
        }
        expect.unreachable('it never ended');
      },
    ),
    { seed: runSeed('retries of asynchronous invocations') },
  );
});
