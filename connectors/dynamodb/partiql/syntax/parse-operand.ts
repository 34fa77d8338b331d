import type { CallNode, OperandNode, PathNode, PathStep } from '../../expressions/syntax/node.ts';
import { validationException } from '../../values/refusal.ts';
import type { Bindings } from './bindings.ts';
import { type NextParameter, parseLiteral, seesLiteral } from './parse-literal.ts';
import { notWellFormed, type StatementReader } from './token.ts';

/** What the parts of a statement are read with. */
export interface Parsing {
  readonly reader: StatementReader;
  readonly bindings: Bindings;
  readonly parameter: NextParameter;
}

/** `a.b[0]."c"['d']`: words of any kind but those that structure statements. */
export function parsePath({ reader, bindings }: Parsing): PathNode {
  if (!reader.seesName()) throw notWellFormed('Expected identifier for simple path');
  const steps: PathStep[] = [bindings.bindName(reader.take().text)];
  for (;;) {
    if (reader.takeIf('.')) {
      if (!reader.seesName()) throw notWellFormed('Invalid path dot component');
      steps.push(bindings.bindName(reader.take().text));
    } else if (reader.takeIf('[')) {
      const { kind, text } = reader.take();
      if (kind === 'string') steps.push(bindings.bindName(text));
      else if (kind === 'number' && /^\d+$/.test(text)) steps.push({ index: text });
      else throw notWellFormed('Invalid path component');
      reader.expect(']');
    } else return { kind: 'path', steps };
  }
}

/** A path, literal, parameter or function, maybe in parentheses. */
export function parseOperand(parsing: Parsing, functions: ReadonlySet<string>): OperandNode {
  const { reader, bindings, parameter } = parsing;
  if (reader.takeIf('(')) {
    const operand = parseOperand(parsing, functions);
    reader.expect(')');
    return operand;
  }
  if (seesCall(reader)) return parseCall(parsing, functions);
  return seesLiteral(reader) ? bindings.bindValue(parseLiteral(reader, parameter)) : parsePath(parsing);
}

/** Whether a function begins here. */
export function seesCall(reader: StatementReader): boolean {
  const { kind, text } = reader.peek();
  return kind === 'word' && reader.peek(1).text === '(' && (reader.seesName() || /^exists$/i.test(text));
}

/** A function, whose name may be in upper or lower case. */
export function parseCall(parsing: Parsing, functions: ReadonlySet<string>): CallNode {
  const token = parsing.reader.take();
  const name = token.text.toLowerCase();
  if (!functions.has(name)) throw validationException(`Unrecognized function: ${name} at ${token.position}`);
  return { kind: 'call', name, args: parseArguments(parsing, () => parseOperand(parsing, functions)) };
}

/** `(a, b)`, or none. */
export function parseArguments<T>({ reader }: Parsing, parse: () => T): readonly T[] {
  const args: T[] = [];
  reader.expect('(');
  while (!reader.takeIf(')')) {
    if (args.length > 0) reader.expect(',');
    args.push(parse());
  }
  return args;
}
