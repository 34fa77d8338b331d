import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import type { RedisLink } from '../link.ts';
import { functionName, QUEUE_LIBRARY, type QueueFunction } from './lua/library.ts';

/** How a queue stood at a version; versions grow with each change. */
export interface QueueNews {
  readonly queue: Arn;
  readonly version: number;
  /** What can be taken; on a FIFO queue from how many groups. */
  readonly takeable: number;
  /** When a hidden message is to be seen. */
  readonly nextAtMs: number | undefined;
}

/** Runs a function on a queue with the time and further arguments; `undefined` when the queue is not there. */
export type AskQueue = <Answer>(
  what: QueueFunction,
  queue: Arn,
  args: readonly (string | number)[],
) => Promise<Answer | undefined>;

type Reply<Answer> =
  | readonly ['ok', news: readonly (string | number)[], answer: Answer]
  | readonly ['missing', version: number]
  | readonly ['again'];

/** What is published of queues, after the link's prefix; said by the functions. */
const NEWS_CHANNEL = 'queue:news';

/** How functions are run, and how news of queues come in: with each answer, and from other processes. */
export async function openConversation(options: {
  readonly link: RedisLink;
  readonly clock: Clock;
  /** Told of a queue before whoever asked is answered. */
  readonly learnt: (news: QueueNews) => void;
  /** Told what was published, by this process or another. */
  readonly heard: (news: QueueNews) => void;
  /** Told that news may have been missed. */
  readonly returned: () => void;
}): Promise<{ readonly ask: AskQueue } & Disposable> {
  const { link, clock, learnt, heard, returned } = options;
  const prefix = `${link.prefix}queue:`;
  let interruptions = 0;
  const returning = link.onReturn(() => {
    interruptions += 1;
    returned();
  });
  const subscription = await link.subscribe(NEWS_CHANNEL, (message) => heard(newsFrom(message.split(' '))));
  return {
    async ask<Answer>(
      what: QueueFunction,
      queue: Arn,
      args: readonly (string | number)[],
    ): Promise<Answer | undefined> {
      for (;;) {
        const before = interruptions;
        const reply = await call<Reply<Answer>>(link, what, [prefix, clock.nowMs(), queue, ...args]);
        if (reply[0] === 'again') continue;
        // When news were missed since that answer was given, it is no news any more.
        const isFresh = before === interruptions;
        if (reply[0] === 'missing') {
          if (isFresh) learnt({ queue, version: reply[1], takeable: 0, nextAtMs: undefined });
          return undefined;
        }
        const [, news, answer] = reply;
        for (let index = 0; isFresh && index < news.length; index += 4) {
          learnt(newsFrom(news.slice(index, index + 4)));
        }
        return answer;
      }
    },
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      returning[Symbol.dispose]();
    },
  };
}

function newsFrom([queue, version, takeable, nextAtMs]: readonly (string | number)[]): QueueNews {
  return {
    queue: queue as Arn,
    version: Number(version),
    takeable: Number(takeable),
    nextAtMs: Number(nextAtMs) || undefined,
  };
}

/** Calls a function; a Redis that does not know it (a new one) is given the library. */
async function call<Answer>(link: RedisLink, what: QueueFunction, args: readonly (string | number)[]): Promise<Answer> {
  const name = functionName(what);
  try {
    return (await link.ask((client) => client.fcall(name, 1, ...args))) as Answer;
  } catch (error) {
    if (!(error as Error).message.includes('Function not found')) throw error;
    await link.ask((client) => client.function('LOAD', 'REPLACE', QUEUE_LIBRARY));
    return (await link.ask((client) => client.fcall(name, 1, ...args))) as Answer;
  }
}
