import type {
  CreateGlobalSecondaryIndexAction,
  GlobalSecondaryIndexUpdate,
  UpdateGlobalSecondaryIndexAction,
  UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { ServiceError } from '../../../src/core/errors.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { checkIndexes, readGlobalIndex } from './read-index.ts';
import { type AttributeDefinition, type Billing, indexesOf, type SecondaryIndex, type Table } from './table.ts';
import { readThroughput } from './throughput.ts';

/** What the changed indexes are read by. */
interface Surroundings {
  readonly definitions: readonly AttributeDefinition[];
  readonly mode: Billing['mode'];
  /** Until when a new index is on its way. */
  readonly untilMs: number;
}

/** The table's global indexes with what a request changes: capacity of several, and one that is added or removed. */
export function changeIndexes(
  table: Table,
  surroundings: Surroundings,
  { GlobalSecondaryIndexUpdates: updates = [] }: UpdateTableCommandInput,
): readonly SecondaryIndex[] {
  checkUpdates(updates);
  let indexes = table.globalIndexes;
  if (surroundings.mode !== table.billing.mode)
    indexes = indexes.map((index) => rebilled(index, surroundings, updates));
  for (const { Create: create, Delete: remove, Update: update } of updates) {
    if (create) indexes = [...indexes, created(table, surroundings, create)];
    if (remove) indexes = indexes.filter((index) => index !== existing(table, remove.IndexName));
    if (update)
      indexes = indexes.map((index) =>
        index.name === update.IndexName ? updated(index, surroundings, update) : index,
      );
    if (update) existing(table, update.IndexName);
  }
  checkIndexes([...table.localIndexes, ...indexes]);
  return indexes;
}

/** The index that a request would remove. */
export function removedIndex(
  table: Table,
  { GlobalSecondaryIndexUpdates: updates = [] }: UpdateTableCommandInput,
): SecondaryIndex | undefined {
  const name = updates.find(({ Delete: remove }) => remove)?.Delete?.IndexName;
  return table.globalIndexes.find((index) => index.name === name);
}

function checkUpdates(updates: readonly GlobalSecondaryIndexUpdate[]): void {
  const names = new Set<string | undefined>();
  for (const { Create: create, Delete: remove, Update: update } of updates) {
    const given = update ?? create ?? remove;
    if (!given) {
      throw invalidParameters(
        'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null',
      );
    }
    if (names.has(given.IndexName)) {
      throw invalidParameters(
        `Only one global secondary index update per index is allowed simultaneously. Index: ${given.IndexName}`,
      );
    }
    names.add(given.IndexName);
  }
  if (updates.filter(({ Create: create, Delete: remove }) => create ?? remove).length > 1) {
    throw new ServiceError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  }
}

function existing(table: Table, name: string | undefined): SecondaryIndex {
  const found = table.globalIndexes.find((index) => index.name === name);
  if (found) return found;
  throw new ServiceError('ResourceNotFoundException', `Requested resource not found: Index: ${name} not found`);
}

function created(
  table: Table,
  { definitions, mode, untilMs }: Surroundings,
  given: CreateGlobalSecondaryIndexAction,
): SecondaryIndex {
  if (indexesOf(table).some(({ name }) => name === given.IndexName)) {
    throw validationException('Attempting to create an index which already exists');
  }
  const index = readGlobalIndex(given, definitions, mode);
  return { ...index, backfilling: true, transition: { status: 'CREATING', untilMs } };
}

function updated(
  index: SecondaryIndex,
  { mode }: Surroundings,
  given: UpdateGlobalSecondaryIndexAction,
): SecondaryIndex {
  return { ...index, throughput: readThroughput(mode, given, index.throughput) };
}

/** An index of a table that is paid for in another way from now on. */
function rebilled(
  index: SecondaryIndex,
  { mode }: Surroundings,
  updates: readonly GlobalSecondaryIndexUpdate[],
): SecondaryIndex {
  const isGiven = updates.some(({ Update: update, Delete: remove }) =>
    [update?.IndexName, remove?.IndexName].includes(index.name),
  );
  if (mode === 'PROVISIONED' && !isGiven) {
    throw invalidParameters(`ProvisionedThroughput must be specified for index: ${index.name}`);
  }
  return { ...index, throughput: readThroughput(mode, {}, index.throughput) };
}
