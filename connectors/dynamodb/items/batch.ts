import { validationException } from '../values/refusal.ts';
import type { ItemKey } from './item-key.ts';

/** Refuses more requests in one batch than AWS takes. */
export function checkBatchSize(operation: string, sizes: readonly number[], max: number): void {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > max) throw validationException(`Too many items requested for the ${operation} call`);
}

/** Refuses a batch that names an item of one table twice. */
export function refuseDuplicates(keys: readonly ItemKey[]): void {
  if (new Set(keys.map(({ key }) => key)).size === keys.length) return;
  throw validationException('Provided list of item keys contains duplicates');
}
