import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';

/** The Runtime API with nothing around it: kept TCP connections and as little HTTP as the protocol needs. */
export interface RawChannel {
  /** Runs one event in a free child and resolves with its answer. */
  invoke(payload: string): Promise<string>;
  close(): void;
}

interface Child {
  readonly socket: Socket;
  isWaiting: boolean;
  buffered: Buffer;
  answer: ((body: string) => void) | undefined;
}

/** Starts `children` Node processes on the floor's function; resolves when all have asked for work. */
export async function openRawChannel(runtimeFile: string, children: number): Promise<RawChannel> {
  const idle: Child[] = [];
  const queue: (() => void)[] = [];
  const processes: ChildProcess[] = [];
  let asked: (() => void) | undefined;

  const free = (child: Child) => {
    child.isWaiting = true;
    idle.push(child);
    queue.shift()?.();
    if (idle.length === children) asked?.();
  };
  const onMessage = (child: Child, head: string, body: string) => {
    if (head.startsWith('GET')) return free(child);
    child.socket.write('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');
    child.answer?.(body);
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const child: Child = { socket, isWaiting: false, buffered: Buffer.alloc(0), answer: undefined };
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      child.buffered = child.buffered.length === 0 ? chunk : Buffer.concat([child.buffered, chunk]);
      for (;;) {
        const end = child.buffered.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = child.buffered.toString('latin1', 0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (child.buffered.length < end + 4 + length) return;
        const body = child.buffered.toString('utf8', end + 4, end + 4 + length);
        child.buffered = child.buffered.subarray(end + 4 + length);
        onMessage(child, head, body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  const ready = new Promise<void>((resolve) => {
    asked = resolve;
  });
  for (let index = 0; index < children; index++) processes.push(spawn(process.execPath, [runtimeFile, String(port)]));
  await ready;

  let next = 0;
  const start = (payload: string, done: (answer: string) => void) => {
    const child = idle.pop();
    if (!child) return void queue.push(() => start(payload, done));
    child.isWaiting = false;
    child.answer = done;
    const length = Buffer.byteLength(payload);
    child.socket.write(
      `HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: ${next++}\r\ncontent-length: ${length}\r\n\r\n${payload}`,
    );
  };
  return {
    invoke: (payload) => new Promise((resolve) => start(payload, resolve)),
    close: () => {
      for (const child of processes) child.kill('SIGKILL');
      server.close();
    },
  };
}
