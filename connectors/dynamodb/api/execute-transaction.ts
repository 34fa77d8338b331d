import type {
  ConsumedCapacity,
  ExecuteTransactionCommandInput,
  ExecuteTransactionCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../../src/core/errors.ts';
import type { Operation, RequestContext } from '../../../src/core/operation.ts';
import { consumedCapacity, writeUnits } from '../items/consumed-capacity.ts';
import type { PlannedWrite, WrittenItem } from '../items/write-items.ts';
import { parseStatement } from '../partiql/parse-statement.ts';
import { isWrite, planStatement, tableNameOf, type WriteStatement } from '../partiql/plan-statement.ts';
import { planPointRead, readPoints } from '../partiql/read-points.ts';
import type { SelectStatement, Statement } from '../partiql/statement.ts';
import { capacitiesByTable } from '../partiql/sum-capacities.ts';
import type { DynamodbService } from '../service.ts';
import type { Table } from '../table/table.ts';
import { eachOrCanceled } from '../transaction/cancellation.ts';
import { refuseSameItem, writeTransaction } from '../transaction/write-transaction.ts';
import { validationException } from '../values/refusal.ts';

type Output = Omit<ExecuteTransactionCommandOutput, '$metadata'>;

const OPERATION = 'ExecuteTransaction';

/** A statement with its table. */
interface Part<S extends Statement> {
  readonly statement: S;
  readonly table: Table;
  readonly onFailure: string | undefined;
}

/** Runs up to 100 PartiQL statements as one: all of them read, or all of them write or check with `EXISTS`. */
export const executeTransaction: Operation<DynamodbService, ExecuteTransactionCommandInput, Output> = async (
  service,
  input,
  context,
) => {
  const parts = await readParts(service, input, context);
  const writes = parts.filter((part): part is Part<WriteStatement> => isWrite(part.statement));
  if (writes.length === 0) return await runReads(service, parts as readonly Part<SelectStatement>[], input);
  if (writes.length < parts.length) {
    throw validationException('The entire transaction must consist of either read statements or write statements.');
  }
  const plans = eachOrCanceled(writes, ({ table, statement, onFailure }) => planStatement(table, statement, onFailure));
  const identity = { token: input.ClientRequestToken, parts: input.TransactStatements };
  const { written, again } = await writeTransaction(service, plans, identity, context);
  const capacities = capacitiesOf(plans, written, { wanted: input.ReturnConsumedCapacity, again });
  return { ...(capacities.length > 0 && { ConsumedCapacity: [...capacities] }), Responses: [] };
};

async function readParts(
  service: DynamodbService,
  input: ExecuteTransactionCommandInput,
  context: RequestContext,
): Promise<readonly Part<Statement>[]> {
  const statements = (input.TransactStatements ?? []).map((request, position) => {
    const statement = within(position, () => parseStatement(request.Statement ?? '', request.Parameters));
    within(position, () => refuseReturning(statement));
    return { statement, onFailure: request.ReturnValuesOnConditionCheckFailure };
  });
  return await Promise.all(
    statements.map(async ({ statement, onFailure }, position) => {
      const table = await service.directory.holding(context, tableNameOf(statement));
      within(position, () => checkPart(table, statement));
      return { statement, table, onFailure };
    }),
  );
}

function checkPart(table: Table, statement: Statement): void {
  if (statement.kind === 'exists') planStatement(table, statement);
  if (statement.kind !== 'select') return;
  if (statement.index !== undefined) {
    throw validationException('Reads on indices are not supported within transactions.');
  }
  planPointRead(table, statement, OPERATION);
}

function refuseReturning(statement: Statement): void {
  if ((statement.kind === 'update' || statement.kind === 'delete') && statement.returning) {
    throw validationException('RETURNING clause is not supported in ExecuteTransaction.');
  }
}

/** A refusal that says which statement it is for. */
function within<T>(position: number, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.code !== 'ValidationException') throw error;
    throw validationException(`Validation failed in TransactStatements[${position}]: ${error.message}`);
  }
}

async function runReads(
  service: DynamodbService,
  parts: readonly Part<SelectStatement>[],
  input: ExecuteTransactionCommandInput,
): Promise<Output> {
  const points = parts.map(({ table, statement }) => planPointRead(table, statement, OPERATION));
  refuseSameItem(points);
  const reading = { consistent: true, transactional: true, returnConsumedCapacity: input.ReturnConsumedCapacity };
  const read = await readPoints(service, points, reading);
  const capacities = capacitiesByTable(read.flatMap(({ capacity }) => capacity ?? []));
  return {
    ...(capacities.length > 0 && { ConsumedCapacity: [...capacities] }),
    Responses: read.map(({ item }) => (item ? { Item: item } : {})),
  } as Output;
}

function capacitiesOf(
  plans: readonly PlannedWrite[],
  written: readonly WrittenItem[],
  { wanted, again }: { readonly wanted: string | undefined; readonly again: boolean },
): readonly ConsumedCapacity[] {
  // What was done before is only read.
  const kind = again ? 'read' : 'write';
  const capacities = plans.flatMap(({ table }, position) => {
    const units = writeUnits(table, written[position] as WrittenItem);
    return consumedCapacity(table, units, { wanted, kind, transactional: true }) ?? [];
  });
  return capacitiesByTable(capacities);
}
