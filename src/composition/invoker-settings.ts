import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../config/options.ts';
import { packageFile } from '../package-files.ts';

/** What the settings say of running functions, with what is fetched once for all projects of this user. */
export function invokerSettings({ runtimes, maxEnvironments }: Settings) {
  return {
    runtimePaths: runtimes,
    maxEnvironments,
    assets: packageFile('src/runtimes/bootstraps'),
    cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'headwater'),
  };
}
