import type { Clock } from '../../../src/core/clock.ts';
import { DAY } from '../../../src/core/clock.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { TaskQueue } from '../../../src/core/ports/task-queue.ts';
import type { Random } from '../../../src/core/random.ts';
import { invalidParameter } from '../errors.ts';
import type { Subscription } from './subscription.ts';
import type { SubscriptionDirectory } from './subscription-directory.ts';

/** What confirms a subscription. A subscription that nobody confirms in time is gone with its token. */
export interface Tokens {
  /** A new token for a subscription that is to be confirmed, or, once it has ended, to be taken up again. */
  issue(subscription: Subscription): Promise<string>;
  /** The subscription as it was when the token was issued; refuses text that is no token, or none of this topic. */
  redeem(token: string, topicArn: string): Promise<Subscription>;
  /** Forgets a token whose time is over. */
  expire(token: string): Promise<void>;
}

interface StoredToken {
  readonly subscription: Subscription;
  readonly expiresAtMs: number;
}

/** Queue of the tasks that let tokens expire. */
export const EXPIRIES = 'sns-expiries';
/** Keys of all tokens begin with it. */
export const TOKENS = 'sns/tokens/';
/** https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
const LIFE_MS = 2 * DAY;
const TOKEN_BYTES = 144;
const TOKEN = /^[\da-f]{100,}$/;

/** Tokens over the registry. */
export function createTokens(parts: {
  readonly registry: Registry;
  readonly tasks: TaskQueue;
  readonly subscriptions: SubscriptionDirectory;
  readonly clock: Clock;
  readonly random: Random;
}): Tokens {
  const { registry, tasks, subscriptions, clock, random } = parts;
  return {
    async issue(subscription) {
      const token = Buffer.from(random.bytes(TOKEN_BYTES)).toString('hex');
      const expiresAtMs = clock.nowMs() + LIFE_MS;
      await registry.put(TOKENS + token, { subscription, expiresAtMs });
      await tasks.add(EXPIRIES, { id: token, data: { token }, dueAtMs: expiresAtMs });
      return token;
    },
    async redeem(token, topicArn) {
      if (!TOKEN.test(token)) throw new ServiceError('InvalidParameter', 'Invalid token');
      const stored = (await registry.get<StoredToken>(TOKENS + token))?.value;
      const isGood = stored && stored.expiresAtMs > clock.nowMs() && stored.subscription.topicArn === topicArn;
      if (!isGood) throw invalidParameter('Token');
      return stored.subscription;
    },
    async expire(token) {
      const stored = (await registry.get<StoredToken>(TOKENS + token))?.value;
      if (stored) {
        const current = await subscriptions.find(stored.subscription);
        const renewed = current && (await hasLaterToken(registry, current, stored.expiresAtMs));
        if (current && !current.confirmed && !renewed) await subscriptions.remove(current);
      }
      await registry.remove(TOKENS + token);
    },
  };
}

/** Whether the subscription was asked to be confirmed again later. */
async function hasLaterToken(registry: Registry, { arn }: Subscription, thanMs: number): Promise<boolean> {
  const tokens = await registry.list<StoredToken>(TOKENS);
  return tokens.some(({ value }) => value.subscription.arn === arn && value.expiresAtMs > thanMs);
}
