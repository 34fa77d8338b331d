import type { Arn, Scope } from '../../src/core/arn.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { MessageQueue } from '../../src/core/ports/message-queue.ts';
import { isVersionConflict, type Registry } from '../../src/core/ports/registry.ts';
import { valuesUnder } from '../../src/core/registry/entries-under.ts';
import { type OneAtATime, oneAtATime } from '../../src/core/waiting/one-at-a-time.ts';
import { checkAccount } from './account-access.ts';
import { missingParameter, queueDoesNotExist } from './errors.ts';
import { QUEUES, type Queue, queueKey, queueOfArn, settingsOf } from './queue.ts';

/** All queues: their configuration in the registry, their messages in the message queue. */
export interface QueueDirectory {
  find(scope: Scope, name: string): Promise<Queue | undefined>;
  findArn(arn: string): Promise<Queue | undefined>;
  /**
   * The queue of a request; refuses when there is none. Any host in the URL will do, only its path counts. A caller of
   * another account needs the queue's policy to grant it `action`, without which only its own account is let in.
   */
  byUrl(url: string | undefined, context: RequestContext, action?: string): Promise<Queue>;
  /** The queues of one account and region by name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Queue[]>;
  /** Queues whose dead letters go to this one. */
  sourcesOf(queue: Queue): Promise<readonly Queue[]>;
  /**
   * Runs changes one after another: each reads what the one before it wrote. One that another process came between runs
   * again.
   */
  readonly change: OneAtATime;
  create(queue: Queue): Promise<void>;
  /** Puts `next` in place of the queue as it was found. */
  update(queue: Queue, next: Queue): Promise<void>;
  remove(queue: Queue): Promise<void>;
  /** Puts the message queue back in step: a process that was killed between both writes left them apart. */
  restore(): Promise<void>;
}

/** The directory over a registry and a message queue, which it keeps in step. */
export function createQueueDirectory(registry: Registry, queues: MessageQueue): QueueDirectory {
  /** Of the queues that were found: what a change of theirs rests on. */
  const versions = new WeakMap<Queue, number>();
  const read = async (key: string) => {
    const stored = await registry.get<Queue>(key);
    if (stored) versions.set(stored.value, stored.version);
    return stored?.value;
  };
  const find = (scope: Scope, name: string) => read(queueKey(scope, name));
  /** Makes the message queue what the registry says, whoever changes it meanwhile. */
  const align = async (arn: Arn, key: string) => {
    for (let queue = await read(key), before: Queue | undefined; ; before = queue, queue = await read(key)) {
      if (queue && queue === before) return;
      if (queue) await queues.declare(arn, settingsOf(queue));
      else return await queues.drop(arn);
    }
  };
  const store = async (queue: Queue, version: number) => {
    const key = queueKey(queue, queue.name);
    await queues.declare(queue.arn, settingsOf(queue));
    try {
      await registry.put(key, queue, version);
    } catch (error) {
      if (isVersionConflict(error)) await align(queue.arn, key);
      throw error;
    }
  };
  const list = async (scope?: Scope) => {
    const prefix = scope ? `${QUEUES}${scope.account}/${scope.region}/` : QUEUES;
    return await valuesUnder<Queue>(registry, prefix);
  };
  const inTurn = oneAtATime();
  const change: OneAtATime = (work) =>
    inTurn(async () => {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!isVersionConflict(error)) throw error;
        }
      }
    });
  return {
    find,
    change,
    async findArn(arn) {
      const place = queueOfArn(arn);
      return place && (await find(place, place.name));
    },
    async byUrl(url, context, action) {
      if (!url) throw missingParameter('QueueUrl');
      const place = queueOfUrl(url, context);
      const queue = await find(place, place.name);
      if (!queue) throw queueDoesNotExist(context);
      checkAccount(queue, context, action);
      return queue;
    },
    list,
    async sourcesOf(queue) {
      const candidates = await list(queue);
      return candidates.filter((candidate) => settingsOf(candidate).redrive?.to === queue.arn);
    },
    create: (queue) => store(queue, 0),
    update: (queue, next) => store(next, versions.get(queue) ?? 0),
    async remove(queue) {
      // First the messages: when this is interrupted, none of them may turn up in the next queue of that name.
      await queues.drop(queue.arn);
      await registry.remove(queueKey(queue, queue.name));
      // A change in another process may have put it back in between.
      await queues.drop(queue.arn);
    },
    restore: () =>
      change(async () => {
        await Promise.all((await list()).map((queue) => align(queue.arn, queueKey(queue, queue.name))));
      }),
  };
}

/** `https://any.host/123456789012/orders`, or just the name, which AWS takes too. */
function queueOfUrl(url: string, { account, region }: Scope): Scope & { readonly name: string } {
  const end = url.endsWith('/') ? url.length - 1 : url.length;
  const slash = url.lastIndexOf('/', end - 1);
  const before = url.lastIndexOf('/', slash - 1);
  const owner = url.slice(before + 1, slash);
  return { account: /^\d{12}$/.test(owner) ? owner : account, region, name: url.slice(slash + 1, end) };
}
