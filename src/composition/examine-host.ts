import { tmpdir } from 'node:os';
import type { HeadwaterOptions } from '../config/options.ts';
import { decideSettings } from '../config.ts';
import { createActivity } from '../core/activity.ts';
import { realClock } from '../core/clock.ts';
import { createCredentials } from '../core/credentials.ts';
import { systemRandom } from '../core/random.ts';
import { createJournal } from '../journal/journal.ts';
import { createInvoker } from '../runtimes/invoker.ts';
import { isAllReal } from './backends.ts';
import { examineBackends } from './examine-backends.ts';
import { tryDataDirectory } from './ground.ts';
import { invokerSettings } from './invoker-settings.ts';

/** A doctor who finds nobody at home does not wait at the door. */
const BACKEND_DEADLINE_S = 2;

/** Finds out what this machine offers to functions with these options; starts nothing. */
export async function examineHost(options: HeadwaterOptions, nameOf?: (option: string) => string) {
  const settings = decideSettings({ backendDeadline: BACKEND_DEADLINE_S, ...options }, nameOf);
  const { host, port, maxEnvironments } = settings;
  const dataDir = isAllReal(settings.backends) ? undefined : settings.dataDir;
  const clock = realClock;
  const random = systemRandom;
  await using invoker = createInvoker({
    ...{ clock, random, workDir: tmpdir(), ...invokerSettings(settings) },
    ...{
      journal: createJournal({ clock }),
      activity: createActivity(),
      credentials: createCredentials(new Map(), random),
    },
    ...{ endpoint: () => '', log: () => {}, warn: () => {} },
  });
  const tryDataDir = () => {
    if (dataDir !== undefined) tryDataDirectory(dataDir);
  };
  const backends = await examineBackends(settings.backends);
  return { host, port, dataDir, maxEnvironments, tryDataDir, backends, ...(await invoker.describe()) };
}
