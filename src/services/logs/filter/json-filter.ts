import { type JsonSelector, parseSelector, selectJson } from './json-selector.ts';
import { type MessageFilter, NOTHING } from './message-filter.ts';
import { PatternRefused } from './refusal.ts';
import { type Scanner, scan } from './scanner.ts';
import { valueTest } from './value-test.ts';

type Test = (root: unknown) => boolean;

/** Conditions on members of a message that is JSON: `{ ($.user.id = 1) && ($.latency > 100) }`. */
export function jsonFilter(pattern: string): MessageFilter {
  if (!pattern.endsWith('}')) throw new PatternRefused(`If a filter pattern starts with '{' it must end with '}'`);
  const scanner = scan(pattern.slice(1, -1));
  const test = anyOf(scanner);
  if (!scanner.isAtEnd()) throw new PatternRefused('Invalid filter pattern');
  return {
    expressions: scanner.expressions(),
    match(message) {
      const root = parseObject(message);
      return root !== undefined && test(root) ? NOTHING : undefined;
    },
  };
}

/** A line that cannot be JSON is most lines of most logs. */
function parseObject(message: string): object | undefined {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

function anyOf(scanner: Scanner): Test {
  const tests = [allOf(scanner)];
  while (scanner.take('||')) tests.push(allOf(scanner));
  return (root) => tests.some((test) => test(root));
}

function allOf(scanner: Scanner): Test {
  const tests = [condition(scanner)];
  while (scanner.take('&&')) tests.push(condition(scanner));
  return (root) => tests.every((test) => test(root));
}

function condition(scanner: Scanner): Test {
  if (scanner.take('(')) {
    const inner = anyOf(scanner);
    if (!scanner.take(')')) throw new PatternRefused('Invalid filter pattern');
    return inner;
  }
  const selector = parseSelector(scanner.selector());
  if (scanner.takeWords('IS', 'NULL')) return is(selector, null);
  if (scanner.takeWords('IS', 'TRUE')) return is(selector, true);
  if (scanner.takeWords('IS', 'FALSE')) return is(selector, false);
  if (scanner.takeWords('NOT', 'EXISTS')) return (root) => selectJson(root, selector).length === 0;
  if (scanner.takeWords('EXISTS')) return (root) => selectJson(root, selector).length > 0;
  const test = valueTest(scanner.operator(), scanner.operand());
  return (root) => selectJson(root, selector).some((value) => isText(value) && test(String(value)));
}

const is =
  (selector: JsonSelector, wanted: null | boolean): Test =>
  (root) =>
    selectJson(root, selector).some((value) => value === wanted);

/** Of arrays and objects no comparison holds, not even that they are different. */
const isText = (value: unknown) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
