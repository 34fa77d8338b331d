import { validationException } from '../../values/refusal.ts';

/** What `ComparisonOperator` may say, in AWS's order. */
export const comparisonOperators: readonly string[] = [
  ...[
    'IN',
    'NULL',
    'BETWEEN',
    'LT',
    'NOT_CONTAINS',
    'EQ',
    'GT',
    'NOT_NULL',
    'NE',
    'LE',
    'BEGINS_WITH',
    'GE',
    'CONTAINS',
  ],
];

/**
 * Refuses a value that is none of those that its member may have.
 *
 * @param member as AWS writes its place in the request, e.g. `conditionalOperator`
 */
export function checkEnumeration(value: string | undefined, member: string, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const constraint = `Member must satisfy enum value set: [${allowed.join(', ')}]`;
  throw validationException(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
