import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';

/**
 * Where a value stands in an item: the attribute's name, then names of maps' members and places in lists.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.Attributes.html
 */
export type DocumentPath = readonly [string, ...(string | number)[]];

/** The value at a path; `undefined` where the item has none. */
export function valueAt(item: AttributeMap, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    if (value === undefined) return undefined;
    value = childOf(value, step);
  }
  return value;
}

/** A member of a map or an element of a list; `undefined` where there is none. */
export function childOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === 'number') return 'L' in value ? value.L[step] : undefined;
  return 'M' in value && Object.hasOwn(value.M, step) ? value.M[step] : undefined;
}

/** A path as AWS's refusals write it. */
export function pathText(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}
