import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

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
  restore(): void;
}

/** Opens a line to the backend of that URL. */
export async function openBackendProxy(url: string): Promise<BackendProxy> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  let isDown = false;
  let isHeld = false;
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
      from.on('data', (bytes) => to.write(bytes));
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
    restore() {
      isDown = false;
      isHeld = false;
      for (const pair of pairs) for (const socket of pair) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
