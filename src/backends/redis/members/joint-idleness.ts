import type { Activity, Idleness } from '../../../core/activity.ts';
import { realClock, SECOND, sleep, startStopwatch } from '../../../core/clock.ts';
import { BackendUnavailable } from '../../../core/errors.ts';
import { type AskIdleness, type JointIdleness, ownIdleness } from '../../../core/idleness.ts';
import type { Random } from '../../../core/random.ts';
import type { RedisLink } from '../link.ts';
import type { Members } from './members.ts';

/** Questions and answers: `ask <id> <waitMs>`, `is <id> <idleness>`. */
const CHANNEL = 'idleness';
/** How long an answer may take beyond what was to be waited for. */
const ANSWER_MS = SECOND;
/** Before a question that failed is asked again. */
const AGAIN_MS = 100;

/** The idleness of all processes of a namespace: each asks the others, and answers them. */
export async function openJointIdleness(parts: {
  readonly link: RedisLink;
  readonly members: Members;
  readonly activity: Activity;
  readonly random: Random;
}): Promise<{ readonly ask: AskIdleness } & Disposable> {
  const { link, members, activity, random } = parts;
  const own = ownIdleness(activity);
  const closing = new AbortController();
  const asked = new Map<string, (answer: Idleness) => void>();
  const publish = (message: string) => link.ask((client) => client.publish(link.prefix + CHANNEL, message));

  const answer = async (id: string, waitMs: number) => {
    const idleness = await own(waitMs, closing.signal);
    if (!closing.signal.aborted) await publish(`is ${id} ${JSON.stringify(idleness)}`);
  };
  const listening = await link.subscribe(CHANNEL, (message) => {
    const [what = '', id = ''] = message.split(' ', 2);
    const rest = message.slice(what.length + id.length + 2);
    if (what === 'is') asked.get(id)?.(JSON.parse(rest));
    // Who asks and gets no answer knows that too.
    else if (!asked.has(id)) void answer(id, Number(rest)).catch(() => {});
  });

  /** What the others say once they are idle or have waited; it may be fewer than there are. */
  const askOthers = async (others: number, waitMs: number, stopping: AbortSignal): Promise<readonly Idleness[]> => {
    const answers: Idleness[] = [];
    if (others < 1) return answers;
    const id = random.uuid();
    const enough = new AbortController();
    asked.set(id, (idleness) => {
      if (answers.push(idleness) >= others) enough.abort();
    });
    try {
      await publish(`ask ${id} ${waitMs}`);
      await sleep(realClock, waitMs + ANSWER_MS, AbortSignal.any([stopping, enough.signal])).catch(() => {});
      return answers;
    } finally {
      asked.delete(id);
    }
  };
  /** Waits until none has anything to do, or one that was asked is gone: it answers no more. */
  const untilAllRest = async (waitMs: number, stopping: AbortSignal) => {
    const present = await members.count();
    const gone = new AbortController();
    const look = () => void members.count().then((count) => count < present && gone.abort(), ignored);
    using _died = members.on('died', look);
    using _beat = members.on('beat', look);
    await Promise.all([
      own(waitMs, stopping),
      askOthers(present - 1, waitMs, AbortSignal.any([stopping, gone.signal])),
    ]);
  };
  const now = async (stopping: AbortSignal): Promise<JointIdleness> => {
    const present = await members.count();
    const answers = await askOthers(present - 1, 0, stopping);
    return combined([activity.now(), ...answers], Math.max(1, present));
  };

  return {
    async ask(waitMs, stopping) {
      const elapsed = startStopwatch();
      const left = () => Math.max(0, Math.floor(waitMs - elapsed()));
      for (;;) {
        try {
          if (left() > 0) await untilAllRest(left(), stopping);
          // Work may have gone from one to another while these waited: what counts is that all are idle at one time.
          const common = await now(stopping);
          if (common.idle || left() === 0 || stopping.aborted) return common;
        } catch (error) {
          if (!(error instanceof BackendUnavailable)) throw error;
          if (left() === 0 || stopping.aborted) return { ...activity.now(), idle: false, unanswered: 1 };
          await sleep(realClock, AGAIN_MS, stopping).catch(() => {});
        }
      }
    },
    [Symbol.dispose]() {
      closing.abort();
      listening[Symbol.dispose]();
    },
  };
}

/** Redis is asked again at the next sign of life. */
const ignored = () => {};

/** Each knows what is due to all of them, so that is not added up. */
function combined(all: readonly Idleness[], processes: number): JointIdleness {
  const unanswered = processes - all.length;
  const dues = all.flatMap(({ nextDueAt }) => nextDueAt ?? []);
  return {
    idle: unanswered <= 0 && all.every(({ idle }) => idle),
    inFlight: all.reduce((sum, { inFlight }) => sum + inFlight, 0),
    dueNow: Math.max(...all.map(({ dueNow }) => dueNow)),
    nextDueAt: dues.length > 0 ? Math.min(...dues) : undefined,
    processes,
    ...(unanswered > 0 ? { unanswered } : {}),
  };
}
