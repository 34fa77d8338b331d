import type { Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { HeadwaterError } from '../../../src/core/errors.ts';
import type { Leases } from '../../../src/core/ports/leases.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { namedTableMissing, tableMissing } from '../errors.ts';
import { DYNAMODB, statusOf, type Table, tableKey, tableOfArn } from './table.ts';
import { checkTableName } from './table-name.ts';

/** All tables' definitions; their items are in the table store. */
export interface TableDirectory extends TableFinder {
  /** The table whose items are asked for; refuses when there is none, or none yet. */
  holding(scope: Scope, nameOrArn: string): Promise<Table>;
  /** The tables of one account and region by name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Table[]>;
  /** Runs changes of definitions one after another over all processes: each reads what the one before it wrote. */
  change<T>(work: (turn: DefinitionTurn) => Promise<T>): Promise<T>;
}

/** Finds tables. */
export interface TableFinder {
  /** The table of that name, or of that ARN; `undefined` when there is none, or no more. */
  find(scope: Scope, nameOrArn: string): Promise<Table | undefined>;
  /** The table whose definition is asked for or changed; refuses, naming it, when there is none. */
  named(scope: Scope, nameOrArn: string): Promise<Table>;
}

/** What may change definitions, while it is its turn. */
export interface DefinitionTurn extends TableFinder {
  /** Stores the definition and returns it with its edition. Rejects when it was changed since it was found in this turn. */
  put(table: Table): Promise<Table>;
  remove(table: Table): Promise<void>;
}

/** Of the lease under which definitions are changed. */
const LEASE = 'dynamodb definitions';

/** The directory over a registry; once the signal is aborted nobody waits for a turn any more. */
export function createTableDirectory(options: {
  readonly registry: Registry;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}): TableDirectory {
  const { registry, leases, clock, signal } = options;
  const isGone = ({ transition }: Table) => transition?.status === 'DELETING' && clock.nowMs() >= transition.untilMs;
  const finder = (get: (key: string) => Promise<Table | undefined>): TableFinder => {
    const find = async (scope: Scope, nameOrArn: string) => {
      const named = tableOfArn(nameOrArn) ?? { ...scope, name: nameOrArn };
      const found = await get(tableKey(named, named.name));
      return found && !isGone(found) ? found : undefined;
    };
    return {
      find,
      async named(scope, nameOrArn) {
        checkTableName(nameOrArn);
        const found = await find(scope, nameOrArn);
        if (!found) throw namedTableMissing(tableOfArn(nameOrArn)?.name ?? nameOrArn);
        return found;
      },
    };
  };
  const now = finder(async (key) => (await registry.get<Table>(key))?.value);
  const inTurn = oneAtATime();

  return {
    ...now,
    async holding(scope, nameOrArn) {
      checkTableName(nameOrArn);
      const found = await now.find(scope, nameOrArn);
      const status = found && statusOf(found, clock.nowMs());
      if (!found || status === 'CREATING' || status === 'DELETING') throw tableMissing();
      return found;
    },
    async list(scope) {
      const prefix = scope ? tableKey(scope, '') : DYNAMODB;
      const entries = await registry.list<Table>(prefix);
      const tables = scope ? entries : entries.filter(({ key }) => /^[^/]+\/[^/]+\/[^/]+\/table\//.test(key));
      return tables.map(({ value }) => value).filter((table) => !isGone(table));
    },
    change: (work) =>
      inTurn(async () => {
        // A lease is waited for however long Redis is away; a request is refused then.
        await registry.get(DYNAMODB);
        const lease = await leases.hold(LEASE, signal);
        if (!lease) throw new HeadwaterError('STOPPING', 'Headwater is stopping', { fault: 'headwater' });
        try {
          return await work(openTurn(registry, finder));
        } finally {
          await lease[Symbol.asyncDispose]();
        }
      }),
  };
}

function openTurn(
  registry: Registry,
  finder: (get: (key: string) => Promise<Table | undefined>) => TableFinder,
): DefinitionTurn {
  const versions = new Map<string, number>();
  const get = async (key: string) => {
    const found = await registry.get<Table>(key);
    versions.set(key, found?.version ?? 0);
    return found?.value;
  };
  return {
    ...finder(get),
    async put(table) {
      const key = tableKey(table, table.name);
      if (!versions.has(key)) await get(key);
      const next = { ...table, edition: (table.edition ?? 0) + 1 };
      versions.set(key, await registry.put(key, next, versions.get(key)));
      return next;
    },
    remove: (table) => registry.remove(tableKey(table, table.name)),
  };
}
