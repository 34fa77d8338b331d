import { expect } from 'vitest';
import { createDynamodb } from '../../connectors/dynamodb/connector.ts';
import type { Store } from '../../src/backends/embedded/store.ts';
import type { Activity } from '../../src/core/activity.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import type { Leases } from '../../src/core/ports/leases.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { TableStore } from '../../src/core/ports/table-store.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Targets } from '../../src/core/target.ts';
import { promptTiming, type Timing } from '../../src/core/timing.ts';
import type { VirtualClock } from '../../src/core/virtual-clock.ts';
import { operationFiles } from '../../src/package-files.ts';
import { ACCOUNT, type Answer, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests } from '../support/test-ground.ts';

export { ACCOUNT, type Answer, START_MS } from '../support/service-calls.ts';

export const TABLE_ARN = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/`;
/** A table's key: `id`, or `id` and `nr`, with one letter for each type, e.g. `'S'`, `'SN'`. */
export function keyed(types: string, more: object = {}): object {
  const names = ['id', 'nr'].slice(0, types.length);
  return {
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: names.map((AttributeName, index) => ({ AttributeName, AttributeType: types[index] })),
    KeySchema: names.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
    ...more,
  };
}

/** What DynamoDB stands on, which several processes may share. */
export interface DynamodbGround {
  readonly clock: VirtualClock;
  readonly activity: Activity;
  readonly registry: Registry;
  readonly tables: TableStore;
  readonly leases: Leases;
  /** Whoever made it closes DynamoDB itself where this is absent. */
  readonly atEnd?: (close: () => Promise<unknown>) => void;
}

const openGround = groundForTests(START_MS, ['registry', 'leases', 'tables']);

/** DynamoDB on a virtual clock, called as the gateway calls it. */
export function startDynamodb(
  options: {
    readonly ground?: DynamodbGround;
    readonly seed?: number;
    readonly store?: Store;
    readonly timing?: Partial<Timing>;
    readonly targets?: Targets;
  } = {},
) {
  const { targets = { find: () => undefined } } = options;
  const ground: DynamodbGround = options.ground ?? openGround({ store: options.store });
  const { clock, activity, registry, tables, leases } = ground;
  const entries: JournalEntry[] = [];
  const random = seededRandom(options.seed ?? 7);
  const common = { clock, random, timing: { ...promptTiming, ...options.timing }, activity };
  const dynamodb = createDynamodb({
    ...{ ...common, registry, tables, leases, targets },
    journal: { append: (entry) => entries.push(entry) },
    operations: operationFiles('connectors/dynamodb/api'),
    streamOperations: operationFiles('connectors/dynamodb/streams-api'),
  });
  ground.atEnd?.(() => dynamodb.close());
  const call = callsTo(dynamodb.api, dynamodb.streamsApi);
  /** Creates a table and returns what one mostly does with it. */
  const table = async (TableName: string, definition: object = keyed('S')) => {
    await call('CreateTable', { TableName, ...definition });
    const on =
      (name: string) =>
      (input: object): Promise<Answer> =>
        call(name, { TableName, ...input });
    return {
      TableName,
      put: (Item: object, more: object = {}) => call('PutItem', { TableName, Item, ...more }),
      get: async (Key: object, more: object = {}) => (await call('GetItem', { TableName, Key, ...more })).Item,
      remove: (Key: object, more: object = {}) => call('DeleteItem', { TableName, Key, ...more }),
      change: on('UpdateItem'),
      query: on('Query'),
      scan: async (more: object = {}): Promise<Answer> => call('Scan', { TableName, ...more }),
      update: on('UpdateTable'),
      describe: async (): Promise<Answer> => (await call('DescribeTable', { TableName })).Table,
    };
  };
  return { ...common, dynamodb, tables, registry, entries, call, table };
}

/** Expects AWS's refusal, code and text, and returns it. */
export async function expectRefusal(call: Promise<unknown>, code: string, message?: string): Promise<ServiceError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toMatchObject(message === undefined ? { code } : { code, message });
  return error as ServiceError;
}
