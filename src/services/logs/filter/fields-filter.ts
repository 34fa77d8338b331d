import type { MessageFilter } from './message-filter.ts';
import { PatternRefused } from './refusal.ts';
import { type Scanner, scan } from './scanner.ts';
import { valueTest } from './value-test.ts';

interface Field {
  /** Empty: it is called by its number. */
  readonly name: string;
  readonly test: (value: string) => boolean;
}

/** What stands in brackets or quotes is one field, whatever is in it. */
const CLOSING: Readonly<Record<string, string>> = { '[': ']', '"': '"' };

function valuesOf(message: string): readonly string[] {
  const values: string[] = [];
  // What closes nothing any more is not looked for again behind each opening one of a long line.
  const last = new Map(Object.values(CLOSING).map((closing) => [closing, message.lastIndexOf(closing)]));
  const beginning = /\S/g;
  const word = /\S+/y;
  for (let found = beginning.exec(message); found; found = beginning.exec(message)) {
    const from = found.index + 1;
    const closing = CLOSING[found[0]];
    const isClosed = closing !== undefined && (last.get(closing) ?? -1) >= from;
    const end = isClosed ? message.indexOf(closing, from) : -1;
    word.lastIndex = found.index;
    values.push(isClosed ? message.slice(from, end) : (word.exec(message)?.[0] ?? ''));
    beginning.lastIndex = isClosed ? end + 1 : word.lastIndex;
  }
  return values;
}

/** The fields of a line that spaces part: `[ip, user, ..., status = 4*, bytes > 1000]`. */
export function fieldsFilter(pattern: string): MessageFilter {
  if (!pattern.endsWith(']')) throw new PatternRefused(`If a filter pattern starts with '[' it must end with ']'`);
  const scanner = scan(pattern.slice(1, -1));
  const { before, behind, isOpen } = parse(scanner);
  return {
    expressions: scanner.expressions(),
    match(message) {
      const values = valuesOf(message);
      const between = values.length - before.length - behind.length;
      if (between < 0 || (between > 0 && !isOpen)) return undefined;
      const fields = [...before, ...Array.from({ length: between }, () => ANY), ...behind];
      const isMatch = fields.every(({ test }, index) => test(values[index] ?? ''));
      return isMatch ? extracted(fields, values) : undefined;
    },
  };
}

const ANY: Field = { name: '', test: () => true };

const extracted = (fields: readonly Field[], values: readonly string[]) =>
  Object.fromEntries(fields.map(({ name }, index) => [`$${name || index + 1}`, values[index] ?? '']));

function parse(scanner: Scanner) {
  const before: Field[] = [];
  const behind: Field[] = [];
  let isOpen = false;
  do {
    if (!scanner.take('...')) (isOpen ? behind : before).push(fieldOf(scanner));
    else if (isOpen) throw new PatternRefused('Invalid filter pattern');
    else isOpen = true;
  } while (scanner.take(','));
  if (!scanner.isAtEnd()) throw new PatternRefused('Invalid filter pattern');
  return { before, behind, isOpen };
}

/** `bytes`, `bytes > 1000`, `status = 403 || status = 404`; nothing between two commas is a field without a name. */
function fieldOf(scanner: Scanner): Field {
  const isGrouped = scanner.take('(');
  const name = scanner.name();
  if (scanner.isAtEnd() || scanner.comes(',')) return { name, test: ANY.test };
  const alternatives = [[conditionOf(scanner)]];
  for (;;) {
    if (scanner.take('&&')) alternatives.at(-1)?.push(nextCondition(scanner));
    else if (scanner.take('||')) alternatives.push([nextCondition(scanner)]);
    else break;
  }
  if (isGrouped && !scanner.take(')')) throw new PatternRefused('Invalid filter pattern');
  return { name, test: (value) => alternatives.some((tests) => tests.every((test) => test(value))) };
}

const conditionOf = (scanner: Scanner) => valueTest(scanner.operator(), scanner.operand());

/** The name stands there again. */
function nextCondition(scanner: Scanner): Field['test'] {
  scanner.name();
  return conditionOf(scanner);
}
