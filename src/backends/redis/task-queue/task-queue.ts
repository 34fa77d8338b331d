import type { Activity } from '../../../core/activity.ts';
import type { Clock } from '../../../core/clock.ts';
import type { TaskQueue } from '../../../core/ports/task-queue.ts';
import type { RedisLink } from '../link.ts';
import type { Members } from '../members/members.ts';
import { Lane } from './lane.ts';
import { openReadyJobs } from './ready-jobs.ts';
import { queuesKey, TASKS_CHANNEL } from './task-scripts.ts';

/**
 * Task queue on Redis. When something is due is ours, by the clock; what is due is a job of BullMQ, which has workers,
 * locks, and an eye on those that were killed.
 */
export async function openTaskQueue(parts: {
  readonly link: RedisLink;
  readonly members: Members;
  readonly clock: Clock;
  readonly activity: Activity;
}): Promise<TaskQueue> {
  const { link, members, clock, activity } = parts;
  const lanes = new Map<string, Lane>();
  const lane = (queue: string): Lane => {
    const known = lanes.get(queue);
    if (known) return known;
    const opened = new Lane(queue, { link, clock, activity, openJobs: (name) => openReadyJobs(link, name) });
    lanes.set(queue, opened);
    return opened;
  };
  const lookAgain = () => {
    for (const each of lanes.values()) void each.lookAgain();
  };
  const listening = [
    await link.subscribe(TASKS_CHANNEL, (message) => {
      const [changes, outstanding, next = '', ...name] = message.split(' ');
      lane(name.join(' ')).learn([Number(changes), Number(outstanding), next]);
    }),
    link.onReturn(lookAgain),
    members.on('died', lookAgain),
  ];
  for (const queue of await link.ask((redis) => redis.smembers(queuesKey(link.prefix)))) await lane(queue).lookAgain();
  return {
    driver: 'redis',
    add: (queue, task) => lane(queue).add(task),
    process: (queue, concurrency, run, signal) => lane(queue).process(concurrency, run, signal),
    due: (queue) => lane(queue).due(),
    remove: (queue, id) => lane(queue).remove(id),
    clear: (queue) => lane(queue).clear(),
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
      await Promise.all([...lanes.values()].map((each) => each[Symbol.asyncDispose]()));
    },
  };
}
