import { validationException } from '../values/refusal.ts';
import { tableOfArn } from './table.ts';

const MIN = 3;
const MAX = 255;

/** The name in a request that makes a table, or in which a table is named by its ARN. */
export function checkTableName(given: string | undefined): string {
  const name = tableOfArn(given ?? '')?.name ?? given ?? '';
  if (name.length < MIN || name.length > MAX) {
    throw validationException(`TableName must be at least ${MIN} characters long and at most ${MAX} characters long`);
  }
  if (/^[a-zA-Z0-9_.-]+$/.test(name)) return name;
  throw validationException(
    `1 validation error detected: Value '${name}' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+`,
  );
}
