import { ServiceError } from '../../../src/core/errors.ts';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import type { Condition } from '../expressions/condition/condition.ts';
import { project } from '../expressions/projection/project.ts';
import { updatedPaths } from '../expressions/update/apply-update.ts';
import { planCheck, planDelete, planPut, planUpdate } from '../items/plan-write.ts';
import type { PlannedWrite, WrittenItem } from '../items/write-items.ts';
import type { Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import type { DeleteStatement, ExistsStatement, InsertStatement, Statement, UpdateStatement } from './statement.ts';
import { itemKeyOf, requiredItemKey } from './where-key.ts';

/** A statement that writes, or that a transaction of writes checks. */
export type WriteStatement = InsertStatement | UpdateStatement | DeleteStatement | ExistsStatement;

/** Whether a statement writes or checks. */
export function isWrite(statement: Statement): statement is WriteStatement {
  return statement.kind !== 'select';
}

/** The table that a statement is about. */
export function tableNameOf(statement: Statement): string {
  return statement.kind === 'exists' ? statement.select.table : statement.table;
}

/**
 * The write that a statement asks for. Unlike `PutItem` and `UpdateItem`, `INSERT` does not replace and `UPDATE` does not
 * create; a `DELETE` of nothing succeeds whatever its `WHERE` says beside the key.
 */
export function planStatement(
  table: Table,
  statement: WriteStatement,
  onFailure: string | undefined = undefined,
): PlannedWrite {
  const missing: Condition = { kind: 'missing', path: [table.key.hash.name] };
  const exists: Condition = { kind: 'exists', path: [table.key.hash.name] };
  switch (statement.kind) {
    case 'insert':
      return insertion(planPut(table, statement.item, { condition: missing }));
    case 'update': {
      const { key, rest } = requiredItemKey(statement.where, table.key);
      const condition = both(exists, rest);
      return planUpdate(table, key, statement.update, { condition, onFailure });
    }
    case 'delete': {
      const { key, rest } = requiredItemKey(statement.where, table.key);
      const condition: Condition | undefined = rest && { kind: 'or', conditions: [missing, rest] };
      return planDelete(table, key, { condition, onFailure });
    }
    case 'exists': {
      const named = itemKeyOf(statement.select.where, table.key);
      if (named?.rest && statement.select.index === undefined) {
        return planCheck(table, named.key, { condition: both(exists, named.rest) });
      }
      throw validationException('EXISTS() must contain a single item read with additional condition');
    }
  }
}

/** The items that `RETURNING` names: one, or none where there is nothing to tell. */
export function returnedItems(statement: WriteStatement, { before, after }: WrittenItem): readonly AttributeMap[] {
  if (statement.kind !== 'update' && statement.kind !== 'delete') return [];
  const item = statement.returning?.endsWith('OLD') ? before : after;
  if (statement.returning === undefined || item === undefined) return [];
  if (statement.kind === 'delete' || statement.returning.startsWith('ALL')) return [item];
  const modified = project(updatedPaths(statement.update), item);
  return Object.keys(modified).length > 0 ? [modified] : [];
}

function both(first: Condition, second: Condition | undefined): Condition {
  return second ? { kind: 'and', conditions: [first, second] } : first;
}

/** An item that is there already is told of in other words. */
function insertion(plan: PlannedWrite): PlannedWrite {
  return {
    ...plan,
    decide(before) {
      if (before) throw new ServiceError('DuplicateItemException', 'Duplicate primary key exists in table');
      return plan.decide(before);
    },
  };
}
