import { type Condition, pathsOf } from '../expressions/condition/condition.ts';
import { checkKeyPaths } from '../expressions/key-condition/key-paths.ts';
import type { Projection } from '../expressions/projection/project.ts';
import { indexesOf, keyNames } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import type { ReadIndex } from './read-index.ts';

/** What a request reads of each item. */
export interface ReadPaths {
  readonly filter: Condition | undefined;
  readonly projection: Projection | undefined;
}

/** Refuses paths into keys. */
export function checkReadPaths({ table }: Pick<ReadIndex, 'table'>, { filter, projection = [] }: ReadPaths): void {
  const paths = filter ? [...projection, ...pathsOf(filter)] : projection;
  if (paths.length === 0) return;
  checkKeyPaths(paths, {
    keys: keyNames(table.key),
    indexKeys: indexesOf(table).flatMap(({ key }) => keyNames(key)),
  });
}

/** A query's filter cannot ask for what its key condition is for. */
export function checkQueryPaths(index: ReadIndex, paths: ReadPaths & { readonly older: boolean }): void {
  const filtered = new Set(paths.filter ? pathsOf(paths.filter).map(([name]) => name) : []);
  const key = keyNames(index.key).find((name) => filtered.has(name));
  if (key !== undefined) {
    throw validationException(
      `${paths.older ? 'QueryFilter' : 'Filter Expression'} can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
  }
  checkReadPaths(index, paths);
}
