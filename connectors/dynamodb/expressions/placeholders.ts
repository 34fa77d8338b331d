import { ServiceError } from '../../../src/core/errors.ts';
import type { AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { checkValue } from '../values/check-value.ts';
import { validationException } from '../values/refusal.ts';

/** The `ExpressionAttributeNames` and `ExpressionAttributeValues` of one request, and which of them its expressions used. */
export interface Placeholders {
  /** The name that `#name` stands for; `undefined` when it is not defined. */
  name(placeholder: string): string | undefined;
  /** The value that `:value` stands for; `undefined` when it is not defined. */
  value(placeholder: string): AttributeValue | undefined;
  /** Called once all expressions are read: refuses placeholders that none of them used. */
  refuseUnused(): void;
}

const NAMES = 'ExpressionAttributeNames';
const VALUES = 'ExpressionAttributeValues';
const MAX_PLACEHOLDER_BYTES = 255;

/** Checks the placeholders of a request, in AWS's order and words. */
export function createPlaceholders(
  names: Readonly<Record<string, string>> | undefined,
  values: Readonly<Record<string, unknown>> | undefined,
): Placeholders {
  const checkedNames = checkNames(names);
  const checkedValues = checkValues(values);
  const used = new Set<string>();
  const use = <T>(from: ReadonlyMap<string, T>, placeholder: string): T | undefined => {
    used.add(placeholder);
    return from.get(placeholder);
  };
  return {
    name: (placeholder) => use(checkedNames, placeholder),
    value: (placeholder) => use(checkedValues, placeholder),
    refuseUnused() {
      refuseRest(NAMES, checkedNames, used);
      refuseRest(VALUES, checkedValues, used);
    },
  };
}

function checkNames(names: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, string> {
  const entries = entriesOf(NAMES, '#', names);
  const empty = entries.find(([, name]) => name === '');
  if (empty) throw validationException(`${NAMES} contains invalid value: Empty attribute name for key ${empty[0]}`);
  return new Map(entries);
}

function checkValues(values: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, AttributeValue> {
  return new Map(entriesOf(VALUES, ':', values).map(([key, value]) => [key, checkPlaceholderValue(key, value)]));
}

function checkPlaceholderValue(key: string, value: unknown): AttributeValue {
  try {
    return checkValue(value);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw validationException(`${VALUES} contains invalid value: ${error.message} for key ${key}`);
  }
}

function entriesOf<T>(
  parameter: string,
  mark: '#' | ':',
  placeholders: Readonly<Record<string, T>> | undefined,
): readonly (readonly [string, T])[] {
  if (placeholders === undefined) return [];
  const entries = Object.entries(placeholders);
  if (entries.length === 0) throw validationException(`${parameter} must not be empty`);
  for (const [key] of entries) {
    if (Buffer.byteLength(key) > MAX_PLACEHOLDER_BYTES) {
      const size = Buffer.byteLength(key);
      const message = `The expression attribute map contains a key that is too long; size of key: ${size}`;
      throw validationException(`${parameter} contains invalid key: ${message}`);
    }
    if (key[0] !== mark || !/^.[0-9a-zA-Z_]+$/.test(key)) {
      throw validationException(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
    }
  }
  return entries;
}

function refuseRest(parameter: string, defined: ReadonlyMap<string, unknown>, used: ReadonlySet<string>): void {
  const unused = [...defined.keys()].filter((placeholder) => !used.has(placeholder));
  if (unused.length === 0) return;
  throw validationException(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(', ')}}`);
}
