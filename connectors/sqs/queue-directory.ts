import type { Scope } from '../../src/core/arn.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { MessageQueue } from '../../src/core/ports/message-queue.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
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
  /** Runs changes one after another: each reads what the one before it wrote. */
  readonly change: OneAtATime;
  create(queue: Queue): Promise<void>;
  update(queue: Queue): Promise<void>;
  remove(queue: Queue): Promise<void>;
  /** Puts the message queue back in step: a process that was killed between both writes left them apart. */
  restore(): Promise<void>;
}

/** The directory over a registry and a message queue, which it keeps in step. */
export function createQueueDirectory(registry: Registry, queues: MessageQueue): QueueDirectory {
  const find = async (scope: Scope, name: string) => (await registry.get<Queue>(queueKey(scope, name)))?.value;
  const update = async (queue: Queue) => {
    await queues.declare(queue.arn, settingsOf(queue));
    await registry.put(queueKey(queue, queue.name), queue);
  };
  const list = async (scope?: Scope) => {
    const prefix = scope ? `${QUEUES}${scope.account}/${scope.region}/` : QUEUES;
    return (await registry.list<Queue>(prefix)).map(({ value }) => value);
  };
  const change = oneAtATime();
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
    async create(queue) {
      // What an interrupted deletion left behind must not come back.
      await queues.drop(queue.arn);
      await update(queue);
    },
    update,
    async remove(queue) {
      await registry.remove(queueKey(queue, queue.name));
      await queues.drop(queue.arn);
    },
    restore: () =>
      change(async () => {
        for (const queue of await list()) await queues.declare(queue.arn, settingsOf(queue));
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
