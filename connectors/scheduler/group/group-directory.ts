import type { Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import type { Random } from '../../../src/core/random.ts';
import { changeEntry } from '../../../src/core/registry/change-entry.ts';
import { removeUnder, valuesUnder } from '../../../src/core/registry/entries-under.ts';
import type { Tags } from '../../../src/core/tags.ts';
import { groupExists, groupIsDeleting, groupNotFound } from '../errors.ts';
import { DEFAULT_GROUP, GROUPS, type Group, groupArn, groupKey, groupOfArn } from './group.ts';

/** All groups of schedules, in the registry. */
export interface GroupDirectory {
  find(scope: Scope, name: string): Promise<Group | undefined>;
  /** The group of a request; refuses when there is none. */
  of(scope: Scope, name: string): Promise<Group>;
  /** The same, by the ARN that tags hang on. */
  ofArn(arn: string): Promise<Group>;
  /** The group that a schedule is to be in; refuses one that is being deleted. */
  open(scope: Scope, name: string): Promise<Group>;
  /** Whether the group is still the one that was found, and not being deleted. */
  isOpen(group: Group): Promise<boolean>;
  /** By name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Group[]>;
  /** Refuses when there is one of that name, unless the same request made it. */
  create(
    scope: Scope,
    group: { readonly name: string; readonly tags: Tags; readonly clientToken?: string | undefined },
  ): Promise<Group>;
  /** Stores what `change` makes of the group; it is asked again where another change comes between. */
  change(group: Group, change: (current: Group) => Partial<Pick<Group, 'tags' | 'state'>>): Promise<Group>;
  remove(group: Group): Promise<void>;
  clear(): Promise<void>;
}

/** The directory over a registry. */
export function createGroupDirectory(options: {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly random: Random;
}): GroupDirectory {
  const { registry, clock, random } = options;
  const read = async (scope: Scope, name: string) => (await registry.get<Group>(groupKey(scope, name)))?.value;

  const create: GroupDirectory['create'] = async ({ account, region }, { name, tags, clientToken }) => {
    const nowMs = clock.nowMs();
    const group: Group = {
      ...{ account, region, name, tags, clientToken, arn: groupArn({ account, region }, name), id: random.uuid() },
      ...{ state: 'ACTIVE', createdAtMs: nowMs, modifiedAtMs: nowMs },
    };
    try {
      await registry.put(groupKey(group, name), group, 0);
      return group;
    } catch (error) {
      if (!isVersionConflict(error)) throw error;
      const there = await read(group, name);
      if (there && clientToken !== undefined && there.clientToken === clientToken) return there;
      throw groupExists(name);
    }
  };
  /** Made when somebody first looks at it: it is there from the beginning, but its beginning must be some instant. */
  const findDefault = async (scope: Scope) =>
    (await read(scope, DEFAULT_GROUP)) ??
    (await create(scope, { name: DEFAULT_GROUP, tags: {} }).catch(() => read(scope, DEFAULT_GROUP)));
  const find = (scope: Scope, name: string) => (name === DEFAULT_GROUP ? findDefault(scope) : read(scope, name));
  const of = async (scope: Scope, name: string) => {
    const group = await find(scope, name);
    if (group) return group;
    throw groupNotFound(name);
  };

  return {
    ...{ find, of, create },
    async ofArn(arn) {
      const place = groupOfArn(arn);
      if (!place) throw groupNotFound(arn);
      return await of(place, place.name);
    },
    async open(scope, name) {
      const group = await of(scope, name);
      if (group.state === 'DELETING') throw groupIsDeleting(name);
      return group;
    },
    async isOpen(group) {
      const current = await read(group, group.name);
      return current?.id === group.id && current.state === 'ACTIVE';
    },
    async list(scope) {
      if (scope) await findDefault(scope);
      const prefix = scope ? groupKey(scope, '') : GROUPS;
      return await valuesUnder<Group>(registry, prefix);
    },
    change: (group, change) =>
      changeEntry(registry, groupKey(group, group.name), (current: Group | undefined): Group => {
        if (current?.id !== group.id) throw groupNotFound(group.name);
        return { ...current, ...change(current), modifiedAtMs: clock.nowMs() };
      }),
    async remove(group) {
      const entry = await registry.get<Group>(groupKey(group, group.name));
      if (entry?.value.id === group.id) await registry.remove(groupKey(group, group.name));
    },
    clear: () => removeUnder(registry, GROUPS),
  };
}
