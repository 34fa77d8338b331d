import type { Credentials } from '../core/credentials.ts';
import type { Journal } from '../core/journal.ts';
import type { ServiceApi } from '../core/operation.ts';
import type { Random } from '../core/random.ts';
import type { LoadedModel } from './codecs/loaded-model.ts';
import type { OpenSignals } from './open-signals.ts';

/** What answering a request takes beside the request. */
export interface Surroundings {
  readonly apis: ReadonlyMap<string, ServiceApi>;
  readonly models: (name: string) => LoadedModel | Promise<LoadedModel>;
  readonly credentials: Credentials;
  readonly random: Random;
  readonly journal: Journal;
  readonly open: OpenSignals;
}
