import type { Redis } from 'ioredis';

/**
 * Ends a connection in whatever state it is. Disconnected between two attempts to connect, the client would neither fail
 * what waits for the next one nor say that it has ended; disconnected while it begins an attempt, it does both.
 */
export function endConnection(client: Redis): void {
  // Ended twice, it would keep the process alive for a while.
  if (client.status === 'end') return;
  client.disconnect();
  if (client.status !== 'reconnecting') return;
  client.connect().catch(() => {});
  client.disconnect();
}
