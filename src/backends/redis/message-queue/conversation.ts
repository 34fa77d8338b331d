import type { Arn } from '../../../core/arn.ts';
import type { Clock } from '../../../core/clock.ts';
import type { RedisLink } from '../link.ts';
import type { Script } from '../script.ts';

/** How a queue stood at a version; versions grow with each change of any queue. */
export interface QueueNews {
  readonly queue: Arn;
  readonly version: number;
  /** What can be taken; on a FIFO queue from how many groups. */
  readonly takeable: number;
  /** When a hidden message is to be seen. */
  readonly nextAtMs: number | undefined;
}

/** Runs a script on a queue with the time and further arguments; `undefined` when the queue is not there. */
export type AskQueue = <Answer>(
  script: Script,
  queue: Arn,
  args: readonly (string | number)[],
) => Promise<Answer | undefined>;

type Reply<Answer> =
  | readonly ['ok', version: number, news: readonly (string | number)[], answer: Answer]
  | readonly ['missing', version: number]
  | readonly ['again'];

/** What is published of queues, after the link's prefix; said by the scripts. */
const NEWS_CHANNEL = 'queue:news';

/** How scripts are run, and how news of queues come in: with each answer, and from other processes. */
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
  const keys = [`${link.prefix}queue:`];
  let interruptions = 0;
  const returning = link.onReturn(() => {
    interruptions += 1;
    returned();
  });
  const subscription = await link.subscribe(NEWS_CHANNEL, (message) => heard(newsOf(message)));
  return {
    async ask<Answer>(script: Script, queue: Arn, args: readonly (string | number)[]): Promise<Answer | undefined> {
      for (;;) {
        const before = interruptions;
        const reply = await link.run<Reply<Answer>>(script, keys, [clock.nowMs(), queue, ...args]);
        if (reply[0] === 'again') continue;
        const [status, version, news = [], answer] = reply;
        // News may have been missed since that answer was given.
        if (before !== interruptions) return answer;
        if (status === 'missing') learnt({ queue, version, takeable: 0, nextAtMs: undefined });
        for (let index = 0; index < news.length; index += 3) {
          learnt(newsFrom(news[index] as Arn, version, news[index + 1] as number, news[index + 2] as number));
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

const newsFrom = (queue: Arn, version: number, takeable: number, nextAtMs: number): QueueNews => ({
  queue,
  version,
  takeable,
  nextAtMs: nextAtMs < 0 ? undefined : nextAtMs,
});

function newsOf(message: string): QueueNews {
  const [queue = '', version, takeable, nextAtMs] = message.split(' ');
  return newsFrom(queue as Arn, Number(version), Number(takeable), Number(nextAtMs));
}
