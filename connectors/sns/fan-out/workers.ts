import type { TaskQueue } from '../../../src/core/ports/task-queue.ts';
import { createStartedWork } from '../../../src/core/waiting/started-work.ts';
import type { SnsService } from '../service.ts';
import { EXPIRIES } from '../subscription/tokens.ts';
import type { Delivering, PendingNotification } from './delivering.ts';
import { createFanOut, DELIVERIES, type FanOut, HTTP_DELIVERIES, PUBLICATIONS } from './fan-out.ts';
import type { Lane } from './fifo-lane.ts';
import { LANES } from './fifo-lanes.ts';

/** What works through the queues of SNS. */
export interface Workers {
  start(): void;
  /** Takes nothing more; resolves once nothing runs. */
  stop(): Promise<void>;
  /** Forgets what is queued. */
  clear(): Promise<void>;
}

type Run = Parameters<TaskQueue['process']>[2];

/** How many tasks of each queue run at once. A web server may hold one for as long as it has to answer. */
const CONCURRENCY: Readonly<Record<string, number>> = {
  [PUBLICATIONS]: 64,
  [DELIVERIES]: 64,
  [HTTP_DELIVERIES]: 1024,
  [LANES]: 64,
  [EXPIRIES]: 4,
};

/** Workers for publications, deliveries, FIFO lanes and tokens. */
export function createWorkers(service: SnsService, delivering: Delivering): Workers {
  const { tasks, lanes, tokens } = service;
  const fanOut = createFanOut(service, delivering);
  const deliverTask: Run = ({ data }, signal) => delivering.deliver(data as PendingNotification, signal);
  const runs: Readonly<Record<string, Run>> = {
    [PUBLICATIONS]: ({ data }, signal) => fanOut(data as FanOut, signal),
    [DELIVERIES]: deliverTask,
    [HTTP_DELIVERIES]: deliverTask,
    [LANES]: ({ data }, signal) => lanes.drain(data as Lane, signal),
    async [EXPIRIES]({ data }) {
      await tokens.expire((data as { readonly token: string }).token);
      return { kind: 'done' };
    },
  };
  const work = createStartedWork((signal) => {
    const processes = Object.entries(runs).map(([queue, run]) =>
      tasks.process(queue, CONCURRENCY[queue] ?? 1, run, signal),
    );
    return Promise.all(processes);
  });
  return {
    ...{ start: work.start, stop: work.stop },
    async clear() {
      const wasUnderWay = work.isUnderWay();
      const stopped = work.stop();
      for (const queue of Object.keys(runs)) await tasks.clear(queue);
      await stopped;
      if (wasUnderWay) work.start();
    },
  };
}
