import { validationException } from '../../values/refusal.ts';
import type { DocumentPath } from '../path.ts';

/**
 * Refuses paths into key attributes, which hold plain values.
 *
 * @param keys names of the table's key attributes
 * @param indexKeys names of its indexes' key attributes
 */
export function checkKeyPaths(
  paths: readonly DocumentPath[],
  { keys, indexKeys = [] }: { readonly keys: readonly string[]; readonly indexKeys?: readonly string[] },
): void {
  const nested = new Set(paths.filter((path) => path.length > 1).map(([name]) => name));
  const refuse = (kind: string, name: string) =>
    validationException(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
    );
  const key = keys.find((name) => nested.has(name));
  if (key !== undefined) throw refuse('Key', key);
  const indexKey = indexKeys.find((name) => nested.has(name));
  if (indexKey !== undefined) throw refuse('IndexKey', indexKey);
}
