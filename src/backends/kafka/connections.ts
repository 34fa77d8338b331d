import type { Connection } from '@platformatic/kafka';
import { realClock, SECOND } from '../../core/clock.ts';

/** Where a broker listens. */
export interface Broker {
  readonly host: string;
  readonly port: number;
}

/**
 * What a connection is for. A broker answers the requests of one connection one after another, so that one that takes long
 * must not come before one that others wait for.
 */
export type Lane = 'admin' | 'read' | 'write' | 'wait';

/** Thrown when a broker cannot be reached, or does not answer in time; what was asked of it may have been done. */
export class NoAnswer extends Error {
  /** Whether there was a connection. */
  readonly wasConnected: boolean;

  constructor(message: string, wasConnected: boolean, cause?: unknown) {
    super(message, { cause });
    this.name = 'NoAnswer';
    this.wasConnected = wasConnected;
  }
}

/** Connections to brokers, opened when they are first needed. */
export interface Connections extends Disposable {
  /** Sends a request; rejects with {@link NoAnswer}, or with what the broker answered. */
  ask<T>(broker: Broker, lane: Lane, withinMs: number, request: (connection: Connection) => Promise<T>): Promise<T>;
  /** Cuts the connection: what waits there rejects. */
  cut(broker: Broker, lane: Lane): void;
}

/** How long connecting may take. */
const CONNECT_MS = 2 * SECOND;
/** The client would hold requests back beyond that; here each lane has a bound of its own. */
const MAX_IN_FLIGHT = 10_000;
/** The client's own deadline; ours come long before. */
const NEVER_MS = 2 ** 31 - 1;

/** @param create makes a connection that is not connected yet */
export function createConnections(create: (options: object) => Connection): Connections {
  const open = new Map<string, { readonly connection: Connection; readonly connected: Promise<Connection> }>();

  const connect = (key: string, { host, port }: Broker): Promise<Connection> => {
    const connection = create({ connectTimeout: CONNECT_MS, requestTimeout: NEVER_MS, maxInflights: MAX_IN_FLIGHT });
    const forget = () => {
      if (open.get(key)?.connection === connection) open.delete(key);
    };
    // Whoever asked hears of it from the request.
    connection.on('error', forget).on('close', forget);
    const connected = Promise.resolve(connection.connect(host, port)).then(
      () => connection,
      (cause) => {
        forget();
        throw new NoAnswer(reasonOf(cause), false, cause);
      },
    );
    open.set(key, { connection, connected });
    return connected;
  };
  const keyOf = ({ host, port }: Broker, lane: Lane) => `${lane} ${host}:${port}`;
  const end = (connection: Connection | undefined) => connection?.socket.destroy();
  return {
    async ask(broker, lane, withinMs, request) {
      const key = keyOf(broker, lane);
      const connection = await (open.get(key)?.connected ?? connect(key, broker));
      let isLate = false;
      using _deadline = realClock.setTimer(withinMs, () => {
        isLate = true;
        // What comes after it waits for the same answer.
        end(connection);
      });
      try {
        return await request(connection);
      } catch (cause) {
        if ((cause as { readonly code?: string }).code !== 'PLT_KFK_NETWORK') throw cause;
        const reason = isLate ? `no answer within ${withinMs / SECOND} s` : 'the connection was lost';
        throw new NoAnswer(reason, !isLate, cause);
      }
    },
    cut: (broker, lane) => end(open.get(keyOf(broker, lane))?.connection),
    [Symbol.dispose]() {
      for (const { connection } of [...open.values()]) end(connection);
    },
  };
}

/** What the operating system said. */
function reasonOf(error: unknown): string {
  const { cause, message, errors } = error as AggregateError;
  const within = cause ?? errors?.[0];
  return within instanceof Error ? reasonOf(within) : message;
}
