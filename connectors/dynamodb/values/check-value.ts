import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import { setAttribute } from './attribute-map.ts';
import { type AttributeType, attributeTypes } from './attribute-type.ts';
import { refuseNesting } from './nesting.ts';
import { canonicalNumber } from './number.ts';
import { invalidParameters, validationException } from './refusal.ts';

/** Checks an item or a key as it came in a request; what it gives back has canonical numbers and shares no lists with it. */
export function checkItem(input: Readonly<Record<string, unknown>>): AttributeMap {
  return checkMap(input, 0);
}

/** Checks one value as it came in a request, in AWS's order and words. */
export function checkValue(input: unknown): AttributeValue {
  return checkNested(input, 0);
}

function checkMap(input: Readonly<Record<string, unknown>>, depth: number): AttributeMap {
  const checked: Record<string, AttributeValue> = {};
  for (const name in input) {
    setAttribute(checked, name, checkNested(input[name], depth));
  }
  return checked;
}

function checkNested(input: unknown, depth: number): AttributeValue {
  refuseNesting(depth);
  const value = (input ?? {}) as Readonly<Record<string, unknown>>;
  let checked: AttributeValue | undefined;
  let types = 0;
  for (const type of attributeTypes) {
    if (value[type] === undefined || value[type] === null) continue;
    types++;
    // A number that is none is told of before the second type is (dynalite's tests against AWS).
    checked = checkTyped(type, value[type], depth);
  }
  if (checked === undefined) {
    throw validationException('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (types > 1) {
    throw validationException(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  return checked;
}

function checkTyped(type: AttributeType, value: unknown, depth: number): AttributeValue {
  switch (type) {
    case 'S':
      return { S: value as string };
    case 'N':
      return { N: canonicalNumber(value as string) };
    case 'B':
      return { B: value as Uint8Array };
    case 'BOOL':
      return { BOOL: value as boolean };
    case 'NULL':
      // `false` is taken, and read back as `true`, since 2026.
      return { NULL: true };
    case 'SS':
      return { SS: checkStrings(value as readonly string[]) };
    case 'NS':
      return { NS: checkNumbers(value as readonly string[]) };
    case 'BS':
      return { BS: checkBinaries(value as readonly Uint8Array[]) };
    case 'L':
      return { L: (value as readonly unknown[]).map((element) => checkNested(element, depth + 1)) };
    case 'M':
      return { M: checkMap(value as Readonly<Record<string, unknown>>, depth + 1) };
  }
}

function checkStrings(set: readonly string[]): readonly string[] {
  if (set.length === 0) throw invalidParameters('An string set  may not be empty');
  if (new Set(set).size < set.length) {
    throw invalidParameters(`Input collection [${set.join(', ')}] contains duplicates.`);
  }
  return [...set];
}

function checkNumbers(set: readonly string[]): readonly string[] {
  if (set.length === 0) throw invalidParameters('An number set  may not be empty');
  const numbers = set.map(canonicalNumber);
  if (new Set(numbers).size < numbers.length) throw validationException('Input collection contains duplicates');
  return numbers;
}

function checkBinaries(set: readonly Uint8Array[]): readonly Uint8Array[] {
  if (set.length === 0) throw invalidParameters('Binary sets should not be empty');
  const texts = set.map((binary) => Buffer.from(binary).toString('base64'));
  if (new Set(texts).size < texts.length) {
    throw invalidParameters(`Input collection [${texts.join(', ')}]of type BS contains duplicates.`);
  }
  return [...set];
}
