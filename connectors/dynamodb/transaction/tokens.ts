import { type Clock, MINUTE } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';

/** The transactions of the last ten minutes that came with a client's token: such a one is done once, however often it is sent. */
export interface Tokens {
  /**
   * Runs `work` unless a request with this token and the same content has been done, or is being done; then resolves to
   * what that came to. Refuses the token with another content.
   */
  once<T>(
    token: string | undefined,
    content: string,
    work: () => Promise<T>,
  ): Promise<{ readonly done: T; readonly again: boolean }>;
  forget(): void;
}

/** docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const TOKEN_LIFE_MS = 10 * MINUTE;

interface Known {
  readonly content: string;
  readonly untilMs: number;
  readonly done: Promise<unknown>;
}

/** No tokens yet; they are forgotten by the clock. */
export function createTokens(clock: Clock): Tokens {
  const known = new Map<string, Known>();
  const forgetOld = () => {
    // In the order of their ends.
    for (const [token, { untilMs }] of known) {
      if (untilMs > clock.nowMs()) return;
      known.delete(token);
    }
  };
  return {
    async once<T>(token: string | undefined, content: string, work: () => Promise<T>) {
      if (token === undefined) return { done: await work(), again: false };
      forgetOld();
      const before = known.get(token);
      if (before) {
        if (before.content !== content) throw mismatch(token);
        return { done: (await before.done) as T, again: true };
      }
      const done = work();
      known.set(token, { content, untilMs: clock.nowMs() + TOKEN_LIFE_MS, done });
      // What failed may be tried again.
      done.catch(() => known.delete(token));
      return { done: await done, again: false };
    },
    forget: () => known.clear(),
  };
}

function mismatch(token: string): ServiceError {
  return new ServiceError(
    'IdempotentParameterMismatchException',
    `A request with the same ClientRequestToken but different parameters was already submitted: ${token}`,
  );
}
