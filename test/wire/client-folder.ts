import type { Hash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a client is kept between runs: outside the checkout, a folder for each set of pins. */
export function clientFolder(name: string, pins: Hash): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'headwater/wire-clients', `${name}-${pins.digest('hex').slice(0, 12)}`);
}
