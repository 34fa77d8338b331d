import type { Redis } from 'ioredis';
import { realClock, SECOND } from '../../core/clock.ts';
import { BackendUnavailable } from '../../core/errors.ts';
import { backOffMs } from '../../core/waiting/back-off.ts';
import { createOutage } from '../../core/waiting/outage.ts';
import { untilAnswered } from '../../core/waiting/until-answered.ts';
import { endConnection } from './connection/end-connection.ts';
import { refuseUnfit } from './connection/fitness.ts';
import { keepBeating } from './connection/heartbeat.ts';
import { sendTogether } from './connection/send-together.ts';
import { untilReady } from './connection/until-ready.ts';
import { type Script, scriptRunner } from './script.ts';
import { createSubscriber } from './subscriber.ts';

/** Where Redis is and how it is used. */
export interface RedisOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS. */
  readonly url: string;
  /** Begins all keys and channels, so that several simulators can share one Redis. */
  readonly namespace: string;
  /** How long to wait for it at the start, in real milliseconds. */
  readonly deadlineMs: number;
  /** Told of waiting at the start, of outages and of their ends. */
  readonly told: (what: string, isFault: boolean) => void;
}

/**
 * This process's connections to Redis: one for commands, one for what is published. A command fails at once while there is
 * no connection, and after {@link ANSWER_MS} without an answer, with a `BackendUnavailable`: it may have been done or not.
 * No command is sent twice.
 */
export interface RedisLink extends AsyncDisposable {
  /** What people call it, without secrets: `Redis at 127.0.0.1:6379`. */
  readonly name: string;
  /** Begins all keys: `headwater:<namespace>:`. */
  readonly prefix: string;
  /** Whether there is no connection; it is tried again until there is. */
  isAway(): boolean;
  /** Runs a command of the client. */
  ask<T>(command: (client: Redis) => Promise<T>): Promise<T>;
  /** Runs a script; it must name all keys that it touches, or derive them from those. */
  run<T>(script: Script, keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<T>;
  /** Hears what is published on a channel. Resolves when it is subscribed to; disposing ends it. */
  subscribe(channel: string, heard: (message: string) => void): Promise<Disposable>;
  /** Whether what is published is heard now. */
  hears(): boolean;
  /** Calls `returned` after the subscriptions were interrupted and are back: messages may have been missed. */
  onReturn(returned: () => void): Disposable;
  /**
   * A further connection, for commands that wait and for libraries that bring their own; it ends with the link. What it
   * is asked while there is no connection waits for the next attempt to get one; what was on its way fails. A command may
   * wait {@link LONGEST_WAIT_MS} in Redis: where nothing comes for longer than that, the other side is taken for gone.
   */
  connect(): Redis;
}

/** How long an answer may take. */
const ANSWER_MS = 5 * SECOND;
/** How long a command may wait in Redis, on a connection of its own. */
export const LONGEST_WAIT_MS = 5 * SECOND;
/** How long the other side may take to see a connection end, which keeps the process alive. */
const GOODBYE_MS = 100;
const RECONNECT = { firstMs: 20, maxMs: SECOND };

/**
 * Connects; rejects with `BACKEND_UNREACHABLE` when Redis does not answer within the deadline, and with `BACKEND_REFUSED`
 * when it cannot be used.
 */
export async function openRedis({ url, namespace, deadlineMs, told }: RedisOptions): Promise<RedisLink> {
  const { Redis } = await import('ioredis');
  const { hostname, port } = new URL(url);
  const name = `Redis at ${hostname}:${port || 6379}`;
  const opened = new Set<Redis>();
  const connect = (more: object = {}) => {
    const client = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (tries) => backOffMs(tries, RECONNECT),
      disconnectTimeout: GOODBYE_MS,
      ...more,
    });
    // It is tried again, and whoever asks meanwhile hears of it.
    client.on('error', () => {});
    opened.add(client);
    return client;
  };
  const close = () => {
    for (const client of opened) endConnection(client);
  };
  const client = connect({ commandTimeout: ANSWER_MS, socketTimeout: ANSWER_MS });
  const listening = connect({ commandTimeout: ANSWER_MS, socketTimeout: ANSWER_MS, autoResubscribe: false });
  try {
    await untilAnswered({ name, deadlineMs, told, clock: realClock }, async () => {
      await Promise.all([untilReady(client, name), untilReady(listening, name)]);
      await refuseUnfit(client, name);
    });
  } catch (error) {
    close();
    throw error;
  }
  const watched = watchOutages(client, name, told);
  const beating = keepBeating(listening);
  const named = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (cause) {
      throw unavailable(name, cause) ?? cause;
    }
  };
  const hold = sendTogether(client);
  const ask = async <T>(command: (of: Redis) => Promise<T>) => {
    hold();
    return await named(command(client));
  };
  const run = scriptRunner(ask);
  const prefix = `headwater:${namespace}:`;
  const subscriber = createSubscriber(listening, prefix);
  return {
    ...{ name, prefix, ask, run, onReturn: subscriber.onReturn, hears: subscriber.hears, isAway: watched.isAway },
    subscribe: (channel, heard) => named(subscriber.subscribe(channel, heard)),
    connect: () =>
      connect({ lazyConnect: false, enableOfflineQueue: true, socketTimeout: LONGEST_WAIT_MS + ANSWER_MS }),
    async [Symbol.asyncDispose]() {
      watched[Symbol.dispose]();
      beating[Symbol.dispose]();
      close();
    },
  };
}

/** What Redis answers while it cannot serve: starting, out of memory, a replica, or a disk that is full. */
const CANNOT_SERVE = /^(LOADING|OOM|MISCONF|READONLY|MASTERDOWN|BUSY|NOAUTH|CLUSTERDOWN)\b/;

/** How the client says it. */
const NO_CONNECTION = /isn't writeable|Connection is closed/;

/** The error of a command that Redis could not do; `undefined` when the command itself was wrong. */
function unavailable(name: string, cause: unknown): BackendUnavailable | undefined {
  const { name: kind, message } = cause as Error;
  if (kind === 'ReplyError' && !CANNOT_SERVE.test(message)) return undefined;
  return new BackendUnavailable(name, NO_CONNECTION.test(message) ? 'there is no connection' : message, { cause });
}

/** Says when the connection is lost and when it is back, once each. */
function watchOutages(client: Redis, name: string, told: RedisOptions['told']): Disposable & { isAway(): boolean } {
  const outage = createOutage(name, told);
  const onClose = () => void outage.begin(outage.timesOver());
  const onReady = () => void outage.end();
  client.on('close', onClose).on('ready', onReady);
  return {
    isAway: outage.isNow,
    [Symbol.dispose]: () => {
      client.off('close', onClose).off('ready', onReady);
    },
  };
}
