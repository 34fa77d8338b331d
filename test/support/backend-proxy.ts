import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { realClock, sleep } from '../../src/core/clock.ts';

/** A backend behind a line that a test can cut. */
export interface BackendProxy extends AsyncDisposable {
  /** The URL of the backend, with the proxy's address. */
  readonly url: string;
  /** Cuts all connections; new ones are let through. */
  cut(): void;
  /** Cuts all connections and refuses new ones until `restore`. */
  down(): void;
  /** Lets nothing through in either direction, and keeps connections open, until `restore`. */
  hold(): void;
  /** Lets everything through that much later, until `restore`. */
  slow(byMs: number): void;
  restore(): void;
}

/** Opens a line to the backend of that URL. */
export async function openBackendProxy(url: string): Promise<BackendProxy> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isDown = false;
  let isHeld = false;
  let lateByMs = 0;
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const server = createServer((near) => {
    if (isDown) return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    const pair = [near, far] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      from.setNoDelay(true);
      // What comes after something that is late comes after it.
      const late: Promise<void>[] = [];
      from.on('data', (bytes) => {
        if (lateByMs === 0 && late.length === 0) return void to.write(bytes);
        const before = late.at(-1);
        const written = Promise.all([before, sleep(realClock, lateByMs)]).then(() => {
          late.shift();
          to.write(bytes);
        });
        late.push(written);
      });
      from.on('error', () => {});
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
      if (isHeld) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const own = new URL(url);
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own.href.replace(/\/$/, ''),
    cut,
    down() {
      isDown = true;
      cut();
    },
    hold() {
      isHeld = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    slow(byMs) {
      lateByMs = byMs;
    },
    restore() {
      isDown = false;
      isHeld = false;
      lateByMs = 0;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
