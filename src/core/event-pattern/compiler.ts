import { jsonFault } from '../json/json-fault.ts';
import {
  type LosslessArray,
  type LosslessJson,
  type LosslessNumber,
  type LosslessObject,
  parseLosslessJson,
} from '../json/lossless-json.ts';
import { comparedValue } from './compared-number.ts';
import { keyOfMember, type LeafKey } from './index/leaf-key.ts';
import { DEEPEST_FIELD } from './joined-names.ts';
import { addressDigits } from './operators/cidr.ts';
import { compileMatchExpression } from './operators/match-expression.ts';
import { type LeafTest, onStrings } from './operators/text-tests.ts';
import { areTooComplex, wildcardsOf } from './operators/wildcard-complexity.ts';
import { type PatternDialect, PatternNotValid, type Refuse, refuserOf, seenTo, sourceOf } from './refusal.ts';

/** Fields that must all match, in the order of their names, in which AWS's engine tries them. */
export interface ObjectPattern {
  readonly kind: 'fields';
  readonly fields: readonly { readonly name: string; readonly pattern: FieldPattern }[];
}

/** Tests of which one must hold of some leaf; `absent` accepts that there is none. */
export interface LeavesPattern {
  readonly kind: 'leaves';
  readonly tests: readonly LeafTest[];
  readonly absent: boolean;
  /** One for each test, when all can be looked up. */
  readonly keys: readonly LeafKey[] | undefined;
}

/** What is said of one field. */
export type FieldPattern = ObjectPattern | LeavesPattern;

/**
 * Words that make an object a match expression, or may do so one day, so that `$or` over it is a field like any other.
 * github.com/aws/event-ruler, Constants.java
 */
const RESERVED: ReadonlySet<string> = new Set(
  `exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard
   not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range
   ip-address-not-in-range`.split(/\s+/),
);

/**
 * What `$or` may multiply to.
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html, "$or"
 */
const MAX_ALTERNATIVES = 1000;

/**
 * Compiles a pattern to the alternatives that `$or` multiplies it to; one of them must match.
 * @throws PatternNotValid
 */
export function compilePattern(text: string, dialect: PatternDialect): readonly ObjectPattern[] {
  const refuse = refuserOf(text);
  const root = parseLosslessJson(text);
  if (text.trim() === '') return refuse('Filter is not an object', text.length);
  if (root === undefined) throw new PatternNotValid(faultOf(text, dialect));
  if (root.kind !== 'object') return refuse('Filter is not an object', seenTo(root));
  return compileObject(root, { dialect, refuse, depth: 0 });
}

const TOO_DEEP = 'Rule is nested too deeply';

function faultOf(text: string, dialect: PatternDialect): string {
  const bytes = Buffer.from(text);
  if (dialect === 'sns') return `failed to parse JSON. ${jsonFault(bytes)}`;
  return jsonFault(bytes, sourceOf(text)) ?? TOO_DEEP;
}

interface Context {
  readonly dialect: PatternDialect;
  readonly refuse: Refuse;
  /** Names on the way to the object. */
  readonly depth: number;
}

/** All ways to satisfy the object: the product of its fields' ways and of each `$or`'s choices. */
function compileObject(object: LosslessObject, context: Context): readonly ObjectPattern[] {
  if (object.members.size === 0) context.refuse('Empty objects are not allowed', object.end);
  let ways: readonly Way[] = [new Map()];
  for (const [name, value] of object.members) {
    const choices = name === '$or' ? orChoices(value) : undefined;
    const further = choices
      ? choices.flatMap((choice) => compileObject(choice, context))
      : compileField(name, value, context);
    if (ways.length * further.length > MAX_ALTERNATIVES) context.refuse('Rule is too complex', seenTo(value));
    const [only] = further;
    if (only && further.length === 1) for (const way of ways) add(way, only);
    else ways = ways.flatMap((way) => further.map((other) => add(new Map(way), other)));
  }
  return ways.map(patternOf);
}

/** One way to satisfy an object while it is read: what is said of its fields, by name and kind. */
type Way = Map<string, Field>;
type Field = ObjectPattern['fields'][number];

/** Of what is said twice of one field, outside and inside an `$or`, AWS's engine keeps the later. */
function add(way: Way, { fields }: ObjectPattern): Way {
  for (const { name, pattern } of fields) {
    const key = `${pattern.kind} ${name}`;
    const before = way.get(key)?.pattern;
    way.set(key, { name, pattern: before ? mergeField(before, pattern) : pattern });
  }
  return way;
}

function mergeField(first: FieldPattern, second: FieldPattern): FieldPattern {
  return first.kind === 'fields' && second.kind === 'fields' ? patternOf(add(add(new Map(), first), second)) : second;
}

function patternOf(way: Way): ObjectPattern {
  return { kind: 'fields', fields: [...way.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** `$or` is the operator only over two or more objects that are no match expressions. */
function orChoices(value: LosslessJson): readonly LosslessObject[] | undefined {
  if (value.kind !== 'array' || value.items.length < 2) return undefined;
  const objects = value.items.filter((item) => item.kind === 'object');
  const plain = objects.every((object) => ![...object.members.keys()].some((key) => RESERVED.has(key)));
  return plain && objects.length === value.items.length ? objects : undefined;
}

function compileField(name: string, value: LosslessJson, context: Context): readonly ObjectPattern[] {
  const path = name.split('.', DEEPEST_FIELD + 1);
  const depth = context.depth + path.length;
  if (depth > DEEPEST_FIELD) context.refuse(TOO_DEEP);
  const alone = (pattern: FieldPattern): ObjectPattern => underPath(path, pattern);
  if (value.kind === 'object') return compileObject(value, { ...context, depth }).map(alone);
  if (value.kind === 'array') return [alone(compileLeaves(value, context))];
  return context.refuse(`"${name}" must be an object or an array`, seenTo(value));
}

/** `a.b` means the same as `b` within `a`: AWS's engine joins names by dots, of patterns as of events. */
function underPath([name = '', ...rest]: readonly string[], pattern: FieldPattern): ObjectPattern {
  return { kind: 'fields', fields: [{ name, pattern: rest.length === 0 ? pattern : underPath(rest, pattern) }] };
}

const TOO_MANY_WILDCARDS =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

function compileLeaves(array: LosslessArray, { dialect, refuse }: Context): LeavesPattern {
  if (array.items.length === 0) refuse('Empty arrays are not allowed', array.end);
  const tests: LeafTest[] = [];
  let absent = false;
  for (const item of array.items) {
    const compiled =
      item.kind === 'object' ? compileMatchExpression(item, dialect, refuse) : equality(item, dialect, refuse);
    if (compiled === 'absent') absent = true;
    else tests.push(compiled);
  }
  if (dialect === 'rule' && areTooComplex(wildcardsOf(array.items))) refuse(TOO_MANY_WILDCARDS);
  const keys = array.items.map(keyOfMember).filter((key) => key !== undefined);
  return { kind: 'leaves', tests, absent, keys: keys.length === array.items.length ? keys : undefined };
}

/** Strings that are addresses are equal when the addresses are. */
function equality(item: LosslessJson, dialect: PatternDialect, refuse: Refuse): LeafTest {
  switch (item.kind) {
    case 'string': {
      const address = addressDigits(item.value);
      if (address === undefined || dialect === 'mapping') return onStrings((text) => text === item.value);
      return onStrings((text) => text === item.value || addressDigits(text) === address);
    }
    case 'number':
      return sameNumber(item, dialect);
    case 'boolean':
    case 'null':
      return (leaf) => leaf.kind === item.kind && leaf.value === item.value;
    default:
      return refuse('Match value must be String, number, true, false, or null', seenTo(item));
  }
}

/** A rule takes numbers that are equal; a mapping those that are written alike. */
function sameNumber({ text, value }: LosslessNumber, dialect: PatternDialect): LeafTest {
  const compared = dialect === 'mapping' ? undefined : comparedValue(value, dialect);
  return (leaf) => {
    if (leaf.kind !== 'number') return false;
    return leaf.text === text || (compared !== undefined && comparedValue(leaf.value, dialect) === compared);
  };
}
