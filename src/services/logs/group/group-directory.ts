import type { Scope } from '../../../core/arn.ts';
import { ServiceError } from '../../../core/errors.ts';
import type { LogStore } from '../../../core/ports/log-store.ts';
import { isVersionConflict, type Registry } from '../../../core/ports/registry.ts';
import type { Random } from '../../../core/random.ts';
import { changeEntry } from '../../../core/registry/change-entry.ts';
import { valuesUnder } from '../../../core/registry/entries-under.ts';
import { alreadyExists, groupNotFound, invalid, invalidParameter } from '../errors.ts';
import { GROUPS, groupKey, groupOfArn, type LogGroup, newGroup, storeKey } from './log-group.ts';

/** How a request names its group. */
export interface GroupReference {
  readonly logGroupName?: string | undefined;
  /** A name or an ARN. */
  readonly logGroupIdentifier?: string | undefined;
}

/** All log groups: their configuration in the registry, their streams in the log store. */
export interface GroupDirectory {
  find(scope: Scope, name: string): Promise<LogGroup | undefined>;
  /** The group of a request; refuses when there is none. */
  of(reference: GroupReference, scope: Scope): Promise<LogGroup>;
  /** The groups of one account and region by name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly LogGroup[]>;
  /** Refuses when there is one of that name. */
  create(group: LogGroup): Promise<void>;
  /** The group of that name, made when there is none. */
  findOrCreate(scope: Scope, name: string, nowMs: number): Promise<LogGroup>;
  /**
   * Stores what `change` makes of the group. Where another change comes between, `change` is asked again about what that one
   * left; it must not do anything else. Refuses when the group is gone.
   */
  change(group: LogGroup, change: (current: LogGroup) => LogGroup): Promise<LogGroup>;
  /** Forgets the group with all of its events. */
  remove(group: LogGroup): Promise<void>;
}

/** AWS's own bound on names, in its own sentence. */
const MAX_NAME_CHARACTERS = 512;

/** The directory over a registry and a log store. */
export function createGroupDirectory(options: {
  readonly registry: Registry;
  readonly logs: LogStore;
  readonly random: Random;
}): GroupDirectory {
  const { registry, logs, random } = options;
  const find = async (scope: Scope, name: string) => (await registry.get<LogGroup>(groupKey(scope, name)))?.value;

  const create = async (group: LogGroup) => {
    checkName(group.name);
    try {
      await registry.put(groupKey(group, group.name), group, 0);
    } catch (error) {
      throw isVersionConflict(error) ? alreadyExists('log group') : error;
    }
  };

  return {
    find,
    create,
    async of(reference, scope) {
      const named = placeOf(reference, scope);
      checkName(named.name);
      const group = await find(named, named.name);
      if (!group) throw groupNotFound();
      return group;
    },
    async list(scope) {
      const prefix = scope ? groupKey(scope, '') : GROUPS;
      return await valuesUnder<LogGroup>(registry, prefix);
    },
    async findOrCreate(scope, name, nowMs) {
      const found = await find(scope, name);
      if (found) return found;
      const made = newGroup(scope, name, { id: random.uuid(), nowMs });
      // Another may have made it meanwhile.
      await create(made).catch((error) => {
        if (!(error instanceof ServiceError)) throw error;
      });
      return (await find(scope, name)) ?? made;
    },
    change: (group, change) =>
      changeEntry(registry, groupKey(group, group.name), (current: LogGroup | undefined) => {
        if (current?.id !== group.id) throw groupNotFound();
        return change(current);
      }),
    async remove(group) {
      // The events first, so that a process that ends amid this leaves none that nobody can remove; then what came meanwhile.
      await logs.drop(storeKey(group));
      // Meanwhile another may have removed it and made a new one of that name.
      await changeEntry<LogGroup>(registry, groupKey(group, group.name), (current) =>
        current?.id === group.id ? undefined : current,
      );
      await logs.drop(storeKey(group));
    },
  };
}

function placeOf(
  { logGroupName, logGroupIdentifier }: GroupReference,
  { account, region }: Scope,
): Scope & { readonly name: string } {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw invalid('LogGroup name and LogGroup ARN are mutually exclusive parameters.');
  }
  const name = logGroupName ?? logGroupIdentifier;
  if (name === undefined) throw invalidParameter('Either a LogGroup name or a LogGroup ARN must be specified.');
  if (!name.startsWith('arn:')) return { account, region, name };
  const named = groupOfArn(name);
  if (!named) throw invalidParameter('The specified LogGroup ARN is invalid.');
  return named;
}

/** Recorded, of groups and of operations on them. */
export function checkName(name: string): void {
  if (name.length <= MAX_NAME_CHARACTERS) return;
  throw invalidParameter('Invalid LogGroup or LogStream, both must have length less than or equal to 512.');
}
