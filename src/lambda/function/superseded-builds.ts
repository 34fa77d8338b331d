import type { Activity } from '../../core/activity.ts';
import type { Arn } from '../../core/arn.ts';
import type { Registry } from '../../core/ports/registry.ts';
import { functionArn } from './function-name.ts';
import { allVersions, type FunctionRecord } from './function-record.ts';

/** Ends environments of code that is no longer in force, whichever process changed it. */
export interface SupersededBuilds extends Disposable {
  /** This process may run that build of the function from now on. */
  inUse(record: FunctionRecord, build: string): void;
}

/** @param retire ends the function's environments that idle, and the others once they do */
export function createSupersededBuilds(options: {
  readonly registry: Registry;
  readonly activity: Activity;
  readonly retire: (functionArn: Arn) => Promise<void>;
}): SupersededBuilds {
  const { registry, activity } = options;
  const used = new Map<string, { readonly arn: Arn; readonly builds: ReadonlySet<string> }>();

  const look = async (key: string) => {
    const known = used.get(key);
    if (!known) return;
    const record = (await registry.get<FunctionRecord>(key))?.value;
    const present = new Set(record ? allVersions(record).map(({ build }) => build) : []);
    const left = new Set([...known.builds].filter((build) => present.has(build)));
    if (left.size === known.builds.size) return;
    if (left.size > 0) used.set(key, { ...known, builds: left });
    else used.delete(key);
    await options.retire(known.arn);
  };
  const watching = registry.watch('lambda/', (changed) => {
    const keys = changed === undefined ? [...used.keys()] : used.has(changed) ? [changed] : [];
    // Environments that are not ended now end when they have idled for a while.
    for (const key of keys) void activity.during('retire environments', () => look(key)).catch(() => {});
  });
  return {
    inUse(record, build) {
      const key = `lambda/${record.account}/${record.region}/function/${record.name}`;
      const known = used.get(key)?.builds ?? [];
      used.set(key, { arn: functionArn(record), builds: new Set([...known, build]) });
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  };
}
