import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';

/** What several reads of one table used together; `undefined` of none. */
export function sumCapacities(capacities: readonly ConsumedCapacity[]): ConsumedCapacity | undefined {
  const [first, ...others] = capacities;
  return first && others.reduce((sum, each) => added(sum, each) as ConsumedCapacity, first);
}

/** Adds numbers wherever they stand; names are the same. */
function added(a: unknown, b: unknown): unknown {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a ?? b;
  const right = b as Readonly<Record<string, unknown>>;
  const summed: Record<string, unknown> = { ...right };
  for (const [name, value] of Object.entries(a)) summed[name] = added(value, right[name]);
  return summed;
}

/** One entry a table, as batches and transactions tell of it. */
export function capacitiesByTable(capacities: readonly ConsumedCapacity[]): readonly ConsumedCapacity[] {
  const tables = new Map<string | undefined, ConsumedCapacity[]>();
  for (const capacity of capacities) {
    tables.set(capacity.TableName, [...(tables.get(capacity.TableName) ?? []), capacity]);
  }
  return [...tables.values()].flatMap((each) => sumCapacities(each) ?? []);
}
