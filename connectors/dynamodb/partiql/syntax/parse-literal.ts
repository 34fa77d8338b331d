import { ServiceError } from '../../../../src/core/errors.ts';
import type { AttributeMap, AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { setAttribute } from '../../values/attribute-map.ts';
import { checkValue } from '../../values/check-value.ts';
import { MAX_NESTING } from '../../values/nesting.ts';
import { canonicalNumber } from '../../values/number.ts';
import { validationException } from '../../values/refusal.ts';
import { notWellFormed, type StatementReader } from './token.ts';

/** Gives the parameters of a request for the `?` of its statement, one after another. */
export type NextParameter = () => AttributeValue;

/** Where a value stands in the outermost literal, as AWS's refusals name it. */
interface Place {
  readonly path: string;
  /** How many maps and lists are around it. */
  readonly depth: number;
}

const ROOT: Place = { path: 'root', depth: 0 };

/** The parameters of a request, in the order of the question marks. Those that are left over are not looked at. */
export function parametersOf(given: readonly unknown[] | undefined): NextParameter {
  const values = (given ?? []).map(checkValue);
  let next = 0;
  return () => {
    const value = values[next++];
    if (value) return value;
    throw validationException("Number of parameters in request and statement don't match.");
  };
}

/** Whether a literal or parameter begins here. */
export function seesLiteral(reader: StatementReader): boolean {
  const { kind, text } = reader.peek();
  if (kind === 'string' || kind === 'number') return true;
  if (kind === 'sign') return ['?', '-', '+', '[', '{', '<<'].includes(text);
  return kind === 'word' && ['TRUE', 'FALSE', 'NULL'].includes(text.toUpperCase());
}

/** A literal or parameter: `'text'`, `-1.5e3`, `true`, `null`, `[…]`, `{'name': …}`, `<<…>>` for a set, or `?`. */
export function parseLiteral(reader: StatementReader, parameter: NextParameter): AttributeValue {
  return parseAt(reader, parameter, ROOT);
}

/** The attributes of an item, each of them a literal or parameter. */
export function parseItem(reader: StatementReader, parameter: NextParameter): AttributeMap {
  return parseMembers(reader, (_name) => parseAt(reader, parameter, ROOT));
}

function parseAt(reader: StatementReader, parameter: NextParameter, place: Place): AttributeValue {
  const token = reader.peek();
  if (place.depth > MAX_NESTING) {
    throw validationException(`Nesting Levels have exceeded supported limits under ${place.path}`);
  }
  const below = (step: string) => parseAt(reader, parameter, { path: place.path + step, depth: place.depth + 1 });
  if (token.kind === 'string') return { S: reader.take().text };
  if (reader.sees('-') || reader.sees('+') || token.kind === 'number') return parseNumber(reader, place.path);
  if (reader.takeIf('?')) return parameter();
  if (reader.takeIf('TRUE')) return { BOOL: true };
  if (reader.takeIf('FALSE')) return { BOOL: false };
  if (reader.takeIf('NULL')) return { NULL: true };
  if (reader.takeIf('[')) return { L: parseElements(reader, ']', below) };
  if (reader.takeIf('<<')) return setOf(parseElements(reader, '>>', below));
  if (reader.sees('{')) return { M: parseMembers(reader, (name) => below(`.${name}`)) };
  if (token.kind === 'word' && reader.peek(1).text === '(') {
    const name = token.text.toLowerCase();
    throw validationException(`Unsupported data type: ${name} under key ${place.path} at ${token.position}`);
  }
  throw notWellFormed('Unexpected term');
}

function parseMembers(reader: StatementReader, parse: (name: string) => AttributeValue): AttributeMap {
  const map: Record<string, AttributeValue> = {};
  reader.expect('{');
  for (let first = true; !reader.takeIf('}'); first = false) {
    if (!first) reader.expect(',');
    if (reader.peek().kind !== 'string') throw notWellFormed('Unexpected term');
    const name = reader.take().text;
    reader.expect(':');
    setAttribute(map, name, parse(name));
  }
  return map;
}

function parseElements(
  reader: StatementReader,
  end: ']' | '>>',
  parse: (step: string) => AttributeValue,
): readonly AttributeValue[] {
  const elements: AttributeValue[] = [];
  while (!reader.takeIf(end)) {
    if (elements.length > 0) reader.expect(',');
    elements.push(parse(`[${elements.length}]`));
  }
  return elements;
}

function parseNumber(reader: StatementReader, path: string): AttributeValue {
  const sign = reader.takeIf('-') ? '-' : '';
  if (sign === '') reader.takeIf('+');
  if (reader.peek().kind !== 'number') throw notWellFormed('Unexpected term');
  try {
    return { N: canonicalNumber(sign + reader.take().text.replace(/\.(?=$|e)/i, '')) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw validationException(`${error.message} under ${path}`);
  }
}

function setOf(elements: readonly AttributeValue[]): AttributeValue {
  if (elements.length === 0) throw validationException('Empty bags are not supported');
  const strings = elements.flatMap((element) => ('S' in element ? [element.S] : []));
  const numbers = elements.flatMap((element) => ('N' in element ? [element.N] : []));
  const binaries = elements.flatMap((element) => ('B' in element ? [element.B] : []));
  for (const [type, values] of Object.entries({ SS: strings, NS: numbers, BS: binaries })) {
    if (values.length === elements.length) return checkValue({ [type]: values });
  }
  throw validationException('Bags may only contain strings, numbers or binaries, all of one type');
}
