import type { Redis } from 'ioredis';
import { SECOND } from '../../../core/clock.ts';
import { endConnection } from '../connection/end-connection.ts';
import type { RedisLink } from '../link.ts';

/** A task that may run now, and the number of that run. */
export interface Ticket {
  readonly id: string;
  readonly ticket: string;
}

/**
 * Tickets as jobs of BullMQ, which hands each to one worker of all processes, and to another when the worker's process
 * was killed: its lock runs out. Jobs have no delays and no attempts here; they are gone when they were run.
 */
export interface ReadyJobs extends AsyncDisposable {
  /** Adding a ticket that is there does nothing. */
  add(tickets: readonly Ticket[]): Promise<void>;
  /** Runs tickets until it is disposed, which waits for those in progress. `run` must not throw. */
  work(concurrency: number, run: (ticket: Ticket) => Promise<void>): AsyncDisposable;
  /** Forgets all that nobody runs. */
  clear(): Promise<void>;
}

/** How long a run outlives its process: the lock, renewed while it runs, and the time until somebody looks. */
const LOCK_MS = 6 * SECOND;
const LOOK_FOR_STALLED_MS = 2 * SECOND;
/** How soon a worker tries again that could not reach Redis. */
const RETRY_MS = SECOND / 2;
/** BullMQ tells others of each job through a stream; nobody listens to it. */
const MAX_EVENTS = 100;

/** Jobs of one queue of tasks. */
export async function openReadyJobs(link: RedisLink, queue: string): Promise<ReadyJobs> {
  const { Queue, Worker } = await import('bullmq');
  const connection = link.connect();
  // The link knows that Redis is fit. A connection that was cut while BullMQ asked for its version would fail for good and at
  // once, and a worker that asks it again without a pause lets nothing else of this process run.
  Object.assign(connection.options, { skipVersionCheck: true });
  const waitingConnections = trackDuplicates(connection);
  const abandoned = new AbortController();
  const prefix = `${link.prefix}jobs`;
  const jobs = new Queue<string>(queue, {
    ...{ connection, prefix },
    streams: { events: { maxLen: MAX_EVENTS } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  // An outage is told of by the link; what failed because of it is done again.
  jobs.on('error', () => {});
  return {
    async add(tickets) {
      const [first, ...others] = tickets.map(({ id, ticket }) => ({
        name: 'run',
        data: id,
        opts: { jobId: `run-${ticket}` },
      }));
      if (!first) return;
      // One alone is one script; several are a transaction.
      if (others.length === 0) await jobs.add(first.name, first.data, first.opts);
      else await jobs.addBulk([first, ...others]);
    },
    work(concurrency, run) {
      const running = new Set<Promise<void>>();
      const worker = new Worker<string>(
        queue,
        async ({ id = '', data }) => {
          const job = run({ id: data, ticket: id.slice('run-'.length) });
          running.add(job);
          await job.finally(() => running.delete(job));
        },
        {
          ...{ connection, prefix, concurrency },
          lockDuration: LOCK_MS,
          stalledInterval: LOOK_FOR_STALLED_MS,
          // A function that kills its process is no reason to lose its event.
          maxStalledCount: Number.MAX_SAFE_INTEGER,
          runRetryDelay: RETRY_MS,
        },
      );
      worker.on('error', () => {});
      /** BullMQ would wait for Redis to come back, to tell it what has run: that is found out by others. */
      const doneWithoutRedis = async () => {
        await Promise.allSettled(running);
        if (link.hears()) await aborted(abandoned.signal);
      };
      return {
        [Symbol.asyncDispose]: () => Promise.race([worker.close().catch(() => {}), doneWithoutRedis()]),
      };
    },
    clear: () => jobs.drain(true),
    async [Symbol.asyncDispose]() {
      // Workers have ended by now, but where Redis is away: what they have of it runs out by itself.
      abandoned.abort();
      void jobs.close().catch(() => {});
      for (const each of [connection, ...waitingConnections]) endConnection(each);
    },
  };
}

/** The connections that BullMQ makes of this one, to wait for jobs with. */
function trackDuplicates(connection: Redis): ReadonlySet<Redis> {
  const made = new Set<Redis>();
  const duplicate = connection.duplicate.bind(connection);
  connection.duplicate = (options) => {
    const another = duplicate(options);
    made.add(another);
    another.once('end', () => made.delete(another));
    return another;
  };
  return made;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
