import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import type { KeyType } from '../../values/attribute-type.ts';
import { typeOf } from '../../values/attribute-type.ts';
import { encodeKey } from '../../values/key-encoding.ts';
import { invalidParameters, validationException } from '../../values/refusal.ts';
import type { KeyCondition, KeyTest } from './key-condition.ts';

/** The keys of the table or index that is queried. */
export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort?: KeyAttribute | undefined;
}

/** One attribute of a key. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

/** The part of an index that a query reads, in encoded keys. */
export interface KeyRange {
  readonly partition: string;
  /** The first sort key that is wanted, and the first behind those that are. */
  readonly from?: string;
  readonly to?: string;
}

/** Where a key condition points to in a table or index with these keys; refused in AWS's words if it does not. */
export function keyRange(condition: KeyCondition, { partition, sort }: KeySchema): KeyRange {
  if (condition.size < 1 || condition.size > 2) throw validationException('Conditions can be of length 1 or 2 only');
  if (condition.size === 2 && !sort) throw validationException('Query key condition not supported');
  const partitionTest = condition.get(partition.name);
  if (!partitionTest) throw missing(partition.name);
  const sortTest = sort && condition.get(sort.name);
  if (sort && !sortTest && condition.size === 2) throw missing(sort.name);
  checkTest(partitionTest, partition);
  if (partitionTest.operator !== '=') throw validationException('Query key condition not supported');
  if (sort && sortTest) checkTest(sortTest, sort);
  const [value] = partitionTest.values.map(encodeKey);
  if (value === undefined) throw new TypeError('A key test has a value.');
  return { partition: value, ...(sortTest && sortRange(sortTest)) };
}

function missing(name: string): Error {
  return validationException(`Query condition missed key schema element: ${name}`);
}

function checkTest({ operator, values }: KeyTest, { name, type }: KeyAttribute): void {
  if (operator === 'not-indexable') {
    throw validationException('Attempted conditional constraint is not an indexable operation');
  }
  if (values.some((value) => typeOf(value) !== type) || (operator === 'begins_with' && type === 'N')) {
    throw invalidParameters('Condition parameter type does not match schema type');
  }
  for (const value of values) refuseEmpty(name, value);
}

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
function refuseEmpty(name: string, value: AttributeValue): void {
  const empty = 'S' in value ? value.S === '' && 'string' : 'B' in value && value.B.length === 0 && 'binary';
  if (!empty) return;
  const message = `The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${name}`;
  throw validationException(`One or more parameter values are not valid. ${message}`);
}

function sortRange({ operator, values }: KeyTest): Omit<KeyRange, 'partition'> {
  const [value = '', upper = ''] = values.map(encodeKey);
  switch (operator) {
    case '=':
      return { from: value, to: next(value) };
    case '<':
      return { to: value };
    case '<=':
      return { to: next(value) };
    case '>':
      return { from: next(value) };
    case '>=':
      return { from: value };
    case 'between':
      return { from: value, to: next(upper) };
    case 'begins_with': {
      const to = behindPrefix(value);
      return to === undefined ? { from: value } : { from: value, to };
    }
    case 'not-indexable':
      throw new TypeError('Refused before.');
  }
}

/** The key right behind another, in the order of bytes. */
function next(key: string): string {
  return `${key}\0`;
}

/** The first key behind all that begin so; `undefined` where all of the highest keys do. */
function behindPrefix(prefix: string): string | undefined {
  const shortened = prefix.replace(/\xff+$/, '');
  const last = shortened.length - 1;
  return last < 0 ? undefined : shortened.slice(0, last) + String.fromCharCode(shortened.charCodeAt(last) + 1);
}
