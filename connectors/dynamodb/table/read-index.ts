import type {
  Projection as GivenProjection,
  GlobalSecondaryIndex,
  KeySchemaElement,
  LocalSecondaryIndex,
} from '@aws-sdk/client-dynamodb';
import { invalidParameters } from '../values/refusal.ts';
import { readKeySchema } from './key-schema.ts';
import type { AttributeDefinition, Billing, KeySchema, Projection, SecondaryIndex } from './table.ts';
import { readThroughput } from './throughput.ts';

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-secondary-indexes */
const MAX_LOCAL_INDEXES = 5;
const MAX_GLOBAL_INDEXES = 20;
const MAX_INCLUDED_ATTRIBUTES = 100;

/** What surrounds the indexes of a request. */
interface Surroundings {
  readonly definitions: readonly AttributeDefinition[];
  readonly key: KeySchema;
  readonly mode: Billing['mode'];
}

/** The local indexes that a request describes. */
export function readLocalIndexes(
  given: readonly LocalSecondaryIndex[] | undefined,
  { definitions, key }: Surroundings,
): readonly SecondaryIndex[] {
  if (!given) return [];
  if (given.length === 0) throw invalidParameters('List of LocalSecondaryIndexes is empty');
  if (!key.range) {
    throw invalidParameters(
      'Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex',
    );
  }
  const indexes = given.map((index) => {
    const read = readIndex(index, definitions);
    if (!read.key.range) {
      throw invalidParameters(`Index KeySchema does not have a range key for index: ${read.name}`);
    }
    if (read.key.hash.name === key.hash.name) return read;
    throw invalidParameters(
      `Index KeySchema does not have the same leading hash key as table KeySchema for index: ${read.name}. index hash key: ${read.key.hash.name}, table hash key: ${key.hash.name}`,
    );
  });
  if (indexes.length > MAX_LOCAL_INDEXES) {
    throw invalidParameters(`Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL_INDEXES}`);
  }
  return indexes;
}

/** The global indexes that a request describes. */
export function readGlobalIndexes(
  given: readonly GlobalSecondaryIndex[] | undefined,
  { definitions, mode }: Surroundings,
): readonly SecondaryIndex[] {
  if (!given) return [];
  if (given.length === 0) throw invalidParameters('List of GlobalSecondaryIndexes is empty');
  const indexes = given.map((index) => readGlobalIndex(index, definitions, mode));
  if (indexes.length > MAX_GLOBAL_INDEXES) {
    throw invalidParameters(`GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL_INDEXES}`);
  }
  return indexes;
}

/** One global index, of a new table or to be added to one. */
export function readGlobalIndex(
  given: GlobalSecondaryIndex,
  definitions: readonly AttributeDefinition[],
  mode: Billing['mode'],
): SecondaryIndex {
  const index = readIndex(given, definitions);
  if (mode === 'PAY_PER_REQUEST' && given.ProvisionedThroughput) {
    throw invalidParameters(
      `ProvisionedThroughput should not be specified for index: ${index.name} when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (mode === 'PROVISIONED' && !given.ProvisionedThroughput) {
    throw invalidParameters(`ProvisionedThroughput must be specified for index: ${index.name}`);
  }
  return { ...index, throughput: readThroughput(mode, given) };
}

/** Refuses two indexes of one name, and more included attributes than a table may have. */
export function checkIndexes(indexes: readonly SecondaryIndex[]): void {
  const names = new Set<string>();
  for (const { name } of indexes) {
    if (names.has(name)) throw invalidParameters(`Duplicate index name: ${name}`);
    names.add(name);
  }
  const included = indexes.flatMap(({ projection }) => (projection.type === 'INCLUDE' ? projection.attributes : []));
  if (included.length > MAX_INCLUDED_ATTRIBUTES) {
    throw invalidParameters(
      `The number of attributes in NonKeyAttributes across all indexes exceeds the limit of ${MAX_INCLUDED_ATTRIBUTES}`,
    );
  }
}

function readIndex(
  given: {
    readonly IndexName: string | undefined;
    readonly KeySchema: readonly KeySchemaElement[] | undefined;
    readonly Projection: GivenProjection | undefined;
  },
  definitions: readonly AttributeDefinition[],
): SecondaryIndex {
  const name = given.IndexName ?? '';
  return { name, key: readKeySchema(given.KeySchema, definitions), projection: readProjection(given.Projection) };
}

function readProjection({ ProjectionType: type, NonKeyAttributes: attributes }: GivenProjection = {}): Projection {
  if (type === undefined) throw invalidParameters('Unknown ProjectionType: null');
  if (type === 'INCLUDE') {
    if (attributes) return { type, attributes };
    throw invalidParameters('ProjectionType is INCLUDE, but NonKeyAttributes is not specified');
  }
  if (attributes) throw invalidParameters(`ProjectionType is ${type}, but NonKeyAttributes is specified`);
  return { type };
}
