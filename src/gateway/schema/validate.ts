import { ServiceError } from '../../core/errors.ts';
import type { Constraints } from './model.ts';
import { floatText, type Rule, rulesOf } from './rules.ts';
import type { ListShape, MapShape, Member, Shape, StructureShape } from './shape.ts';

/** AWS names no more. */
const MAX_FAILURES = 10;

/**
 * Refuses an input that breaks the model's constraints, in AWS's generated words.
 * @param code `ValidationException`, or `ValidationError` in the query protocol
 */
export function validate(shape: StructureShape, input: Readonly<Record<string, unknown>>, code: string): void {
  const failures: string[] = [];
  validateMembers(shape, input, '', failures);
  if (failures.length === 0) return;
  const named = failures.slice(0, MAX_FAILURES);
  const count = `${named.length} validation error${named.length === 1 ? '' : 's'}`;
  throw new ServiceError(code, `${count} detected: ${named.join('; ')}`, { status: 400 });
}

function validateMembers(
  shape: StructureShape,
  value: Readonly<Record<string, unknown>>,
  path: string,
  failures: string[],
): void {
  for (const member of constrainedMembers(shape)) {
    const each = value[member.name];
    if (each !== undefined && each !== null) {
      validateValue(member.shape, each, path + camelCase(member.name), failures);
    } else if (member.required) {
      failures.push(nothingAt(path + camelCase(member.name)));
    }
  }
}

const known = new WeakMap<StructureShape, readonly Member[]>();

/** The members that can break anything: a plain text, of which items of tables are full, cannot. */
function constrainedMembers(shape: StructureShape): readonly Member[] {
  let members = known.get(shape);
  if (!members) {
    members = shape.members.filter(
      ({ required, shape }) => required || isComposite(shape) || rulesOf(shape).length > 0,
    );
    known.set(shape, members);
  }
  return members;
}

const isComposite = (shape: Shape): shape is StructureShape | ListShape | MapShape =>
  shape.kind === 'structure' || shape.kind === 'list' || shape.kind === 'map';

function validateValue(shape: Shape, value: unknown, at: string, failures: string[]): void {
  for (const rule of rulesOf(shape)) if (!rule.holds(value)) failures.push(failure(shape, value, at, rule.words));
  validateParts(shape, value, at, failures);
}

/** What is inside a value. */
function validateParts(shape: Shape, value: unknown, at: string, failures: string[]): void {
  if (shape.kind === 'structure') validateMembers(shape, value as Record<string, unknown>, `${at}.`, failures);
  if (shape.kind === 'list') validateElements(shape, value as readonly unknown[], at, failures);
  if (shape.kind === 'map') validateEntries(shape, value as Record<string, unknown>, at, failures);
}

const nothingAt = (at: string) => `Value null at '${at}' failed to satisfy constraint: ${NOT_NULL.words}`;

function failure(shape: Shape, value: unknown, at: string, words: string): string {
  const shown = 'sensitive' in shape && shape.sensitive ? 'Value' : `Value '${print(shape, value)}'`;
  return `${shown} at '${at}' failed to satisfy constraint: ${words}`;
}

/** Simple elements are judged together, structures one by one. */
function validateElements(shape: ListShape, values: readonly unknown[], at: string, failures: string[]): void {
  const element = shape.element.shape;
  if (isComposite(element)) {
    for (const [index, each] of values.entries()) {
      const place = `${at}.${index + 1}.member`;
      if (each === null) failures.push(nothingAt(place));
      else validateValue(element, each, place, failures);
    }
    return;
  }
  const rules = rulesOf(element);
  if (values.every((each) => each !== null && rules.every((rule) => rule.holds(each)))) return;
  // A set of which AWS prints values of its own stands alone, as recorded of `compatibleRuntimes`.
  const alone = element.bare && rules[0];
  const words = alone ? alone.words : `Member must satisfy constraint: ${listed([...rules, NOT_NULL])}`;
  failures.push(failure(shape, values, at, words));
}

function validateEntries(
  shape: MapShape,
  map: Readonly<Record<string, unknown>>,
  at: string,
  failures: string[],
): void {
  const keyRules = rulesOf(shape.key.shape);
  if (!Object.keys(map).every((key) => keyRules.every((rule) => rule.holds(key)))) {
    failures.push(failure(shape, map, at, `Map keys must satisfy constraint: ${listed(keyRules)}`));
  }
  const value = shape.value.shape;
  const isSimple = !isComposite(value);
  const valueRules = rulesOf(value);
  if (!Object.values(map).every((each) => valueRules.every((rule) => rule.holds(each)))) {
    const words = listed(isSimple ? [...valueRules, NOT_NULL] : valueRules);
    failures.push(failure(shape, map, at, `Map value must satisfy constraint: ${words}`));
  }
  if (isSimple) return;
  for (const [key, each] of Object.entries(map)) validateParts(value, each, `${at}.${key}.member`, failures);
}

const NOT_NULL: Rule = { words: 'Member must not be null', holds: (value) => value !== null };
const listed = (rules: readonly Rule[]) => `[${rules.map((rule) => rule.words).join(', ')}]`;

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** A value as Java prints it. */
function print(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (shape.kind === 'list') {
    return `[${(value as readonly unknown[]).map((each) => print(shape.element.shape, each)).join(', ')}]`;
  }
  if (shape.kind === 'map') {
    const entries = Object.entries(value).map(([key, each]) => `${key}=${print(shape.value.shape, each)}`);
    return `{${entries.join(', ')}}`;
  }
  if (shape.kind === 'structure') return printStructure(shape, value as Record<string, unknown>);
  if (typeof value === 'number' && isFloat(shape)) return floatText(value);
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  return String(value);
}

function printStructure(shape: StructureShape, value: Readonly<Record<string, unknown>>): string {
  const fields = shape.members.map(
    (member: Member) => `${camelCase(member.name)}=${print(member.shape, value[member.name])}`,
  );
  const others = (shape.alsoPrinted ?? []).map((name) => `${name}=null`);
  return `${shape.name}(${[...fields, ...others].join(', ')})`;
}

const isFloat = (constraints: Constraints) => constraints.float === true;
