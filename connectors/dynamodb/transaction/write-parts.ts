import type { ConditionCheck, Delete, Put, TransactWriteItem, Update } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { checkExpressionParameters, type ExpressionOperation } from '../expressions/parameters.ts';
import { type RequestExpressions, readExpressions } from '../expressions/request.ts';
import { planCheck, planDelete, planPut, planUpdate, type Requirement } from '../items/plan-write.ts';
import type { PlannedWrite } from '../items/write-items.ts';
import type { Table } from '../table/table.ts';
import { checkItem } from '../values/check-value.ts';
import { validationException } from '../values/refusal.ts';

/** One part of a transaction, checked as far as it can be without its table. */
export interface WritePart {
  readonly tableName: string;
  /** Its own bytes, as the limit of a transaction counts them. */
  readonly values: AttributeMap;
  plan(table: Table): PlannedWrite;
}

/** Reads one part of a request. */
export function readWritePart({
  ConditionCheck: check,
  Put: put,
  Delete: remove,
  Update: update,
}: TransactWriteItem): WritePart {
  const given = [check, put, remove, update].filter((part) => part !== undefined);
  if (given.length !== 1) {
    throw validationException('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (put) {
    return partOf('TransactPut', put, put.Item, (table, item, read) => planPut(table, item, read.requirement));
  }
  if (update) {
    return partOf('TransactUpdate', update, update.Key, (table, key, { requirement, ...read }) =>
      planUpdate(table, key, read.update, requirement),
    );
  }
  if (remove) {
    return partOf('TransactDelete', remove, remove.Key, (table, key, read) => planDelete(table, key, read.requirement));
  }
  return partOf('TransactConditionCheck', check ?? {}, check?.Key, (table, key, read) =>
    planCheck(table, key, read.requirement),
  );
}

type Part = Partial<Put & Update & Delete & ConditionCheck>;

function partOf(
  operation: ExpressionOperation,
  part: Part,
  given: Readonly<Record<string, unknown>> | undefined,
  plan: (
    table: Table,
    values: AttributeMap,
    read: RequestExpressions & { readonly requirement: Requirement },
  ) => PlannedWrite,
): WritePart {
  checkExpressionParameters(operation, part);
  const values = checkItem(given ?? {});
  const read = readExpressions(operation, part);
  const requirement = { condition: read.condition, onFailure: part.ReturnValuesOnConditionCheckFailure };
  return {
    tableName: part.TableName ?? '',
    values,
    plan: (table) => plan(table, values, { ...read, requirement }),
  };
}
