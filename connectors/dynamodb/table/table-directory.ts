import type { Scope } from '../../../src/core/arn.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { type OneAtATime, oneAtATime } from '../../../src/core/waiting/one-at-a-time.ts';
import { namedTableMissing, tableMissing } from '../errors.ts';
import { DYNAMODB, statusOf, type Table, tableKey, tableOfArn } from './table.ts';
import { checkTableName } from './table-name.ts';

/** All tables' definitions; their items are in the table store. */
export interface TableDirectory {
  /** The table of that name, or of that ARN; `undefined` when there is none, or no more. */
  find(scope: Scope, nameOrArn: string): Promise<Table | undefined>;
  /** The table whose definition is asked for or changed; refuses, naming it, when there is none. */
  named(scope: Scope, nameOrArn: string): Promise<Table>;
  /** The table whose items are asked for; refuses when there is none, or none yet. */
  holding(scope: Scope, nameOrArn: string): Promise<Table>;
  /** The tables of one account and region by name; all there are without a scope. */
  list(scope?: Scope): Promise<readonly Table[]>;
  /** Runs changes of definitions one after another: each reads what the one before it wrote. */
  readonly change: OneAtATime;
  put(table: Table): Promise<void>;
  remove(table: Table): Promise<void>;
}

/** The directory over a registry. */
export function createTableDirectory(registry: Registry, clock: Clock): TableDirectory {
  const isGone = ({ transition }: Table) => transition?.status === 'DELETING' && clock.nowMs() >= transition.untilMs;
  const find = async (scope: Scope, nameOrArn: string) => {
    const named = tableOfArn(nameOrArn) ?? { ...scope, name: nameOrArn };
    const found = (await registry.get<Table>(tableKey(named, named.name)))?.value;
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
    async holding(scope, nameOrArn) {
      checkTableName(nameOrArn);
      const found = await find(scope, nameOrArn);
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
    change: oneAtATime(),
    async put(table) {
      await registry.put(tableKey(table, table.name), table);
    },
    remove: (table) => registry.remove(tableKey(table, table.name)),
  };
}
