import { ServiceError } from '../../../src/core/errors.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { type Condition, pathsOf } from '../expressions/condition/condition.ts';
import { holds } from '../expressions/condition/holds.ts';
import { checkKeyPaths } from '../expressions/key-condition/key-paths.ts';
import type { DocumentPath } from '../expressions/path.ts';
import { applyUpdate, createsItem, updatedPaths } from '../expressions/update/apply-update.ts';
import type { Update } from '../expressions/update/update.ts';
import { indexesOf, keyNames, type Table } from '../table/table.ts';
import { checkItem } from '../values/check-value.ts';
import { invalidParameters } from '../values/refusal.ts';
import { keyOfItem, keyOfRequest } from './item-key.ts';
import { checkItemSize, checkWritten, type PlannedWrite } from './write-items.ts';

/** What must hold of an item before it is written. */
export interface Requirement {
  readonly condition?: Condition | undefined;
  /** `ReturnValuesOnConditionCheckFailure`. */
  readonly onFailure?: string | undefined;
}

const TOO_LARGE = 'Item size has exceeded the maximum allowed size';
const TOO_LARGE_TO_UPDATE = 'Item size to update has exceeded the maximum allowed size';

/** Checks an item that is to be put, before its table is known. */
export function checkPutItem(input: Readonly<Record<string, unknown>>): AttributeMap {
  const item = checkItem(input);
  checkItemSize(item, TOO_LARGE);
  return item;
}

/** Puts the item in the place of what is there. */
export function planPut(table: Table, item: AttributeMap, requirement: Requirement): PlannedWrite {
  const key = keyOfItem(table, item);
  checkWritten(table, item, TOO_LARGE);
  checkPaths(table, requirement);
  return {
    ...{ table, key, tooLarge: TOO_LARGE },
    decide(before) {
      require(requirement, before);
      return item;
    },
  };
}

/** Removes the item if there is one. */
export function planDelete(table: Table, attributes: AttributeMap, requirement: Requirement): PlannedWrite {
  const key = keyOfRequest(table, attributes);
  checkPaths(table, requirement);
  return {
    ...{ table, key, tooLarge: TOO_LARGE },
    decide(before) {
      require(requirement, before);
      return undefined;
    },
  };
}

/** Changes the item, or makes it; without an update it makes one that has only its key. */
export function planUpdate(
  table: Table,
  attributes: AttributeMap,
  update: Update | undefined,
  requirement: Requirement,
): PlannedWrite {
  const key = keyOfRequest(table, attributes);
  checkPaths(table, requirement, update ? updatedPaths(update) : []);
  if (update) refuseKeyChange(table, update);
  return {
    ...{ table, key, tooLarge: TOO_LARGE_TO_UPDATE },
    decide(before) {
      require(requirement, before);
      if (!update) return before ?? key.attributes;
      const after = applyUpdate(update, before ?? key.attributes);
      return before || createsItem(update) ? after : undefined;
    },
  };
}

/** Leaves the item as it is, if it is so. */
export function planCheck(table: Table, attributes: AttributeMap, requirement: Requirement): PlannedWrite {
  const key = keyOfRequest(table, attributes);
  checkPaths(table, requirement);
  return {
    ...{ table, key, tooLarge: TOO_LARGE },
    decide(before) {
      require(requirement, before);
      return before;
    },
  };
}

function require({ condition, onFailure }: Requirement, item: AttributeMap | undefined): void {
  if (holds(condition, item)) return;
  const members = onFailure === 'ALL_OLD' && item ? { members: { Item: item } } : {};
  throw new ServiceError('ConditionalCheckFailedException', 'The conditional request failed', members);
}

function checkPaths(table: Table, { condition }: Requirement, more: readonly DocumentPath[] = []): void {
  const paths = condition ? [...pathsOf(condition), ...more] : more;
  if (paths.length === 0) return;
  checkKeyPaths(paths, {
    keys: keyNames(table.key),
    indexKeys: indexesOf(table).flatMap(({ key }) => keyNames(key)),
  });
}

function refuseKeyChange(table: Table, update: Update): void {
  const updated = new Set(updatedPaths(update).map(([name]) => name));
  const name = keyNames(table.key).find((key) => updated.has(key));
  if (name === undefined) return;
  throw invalidParameters(`Cannot update attribute ${name}. This attribute is part of the key`);
}
