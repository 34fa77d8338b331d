import type { Redis } from 'ioredis';

/**
 * Holds back what is written to a connection until the event loop has turned, when it is told of each command before. All
 * that is asked in one turn is then one write, which Redis reads as one and puts on its disk at once.
 */
export function sendTogether(client: Redis): () => void {
  let held: Redis['stream'] | undefined;
  return () => {
    const { stream } = client;
    if (stream === held) return;
    held = stream;
    // There is none before the first connection.
    stream?.cork();
    setImmediate(() => {
      if (held === stream) held = undefined;
      stream?.uncork();
    });
  };
}
