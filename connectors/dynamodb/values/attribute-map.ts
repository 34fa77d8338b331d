import type { AttributeValue } from '../../../src/core/records/dynamodb-change.ts';

/** Sets an attribute of a map that is being made, whatever its name: assigning to `__proto__` would set the prototype. */
export function setAttribute(map: Record<string, AttributeValue>, name: string, value: AttributeValue): void {
  if (name !== '__proto__') map[name] = value;
  else Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
}
