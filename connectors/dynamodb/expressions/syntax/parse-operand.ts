import type { CallNode, OperandNode, PathNode, PathStep, ValueNode } from './node.ts';
import type { TokenReader } from './token.ts';

/** `a.b[0].#c` */
export function parsePath(reader: TokenReader, keywords: ReadonlySet<string>): PathNode {
  return { kind: 'path', steps: [parseName(reader, keywords), ...parseSteps(reader, keywords)] };
}

/** What follows the name at which a path begins. */
export function parseSteps(reader: TokenReader, keywords: ReadonlySet<string>): readonly PathStep[] {
  const steps: PathStep[] = [];
  for (;;) {
    if (reader.takeIf('.')) steps.push(parseName(reader, keywords));
    else if (reader.takeIf('[')) steps.push(parseIndex(reader));
    else return steps;
  }
}

function parseName(reader: TokenReader, keywords: ReadonlySet<string>): PathStep {
  const token = reader.peek();
  const isWord = token.kind === 'word' && !keywords.has(token.text.toUpperCase());
  if (!isWord && token.kind !== 'name') throw reader.syntaxError();
  return { name: reader.take().text };
}

function parseIndex(reader: TokenReader): PathStep {
  if (reader.peek().kind !== 'number') throw reader.syntaxError();
  const index = reader.take().text;
  reader.expect(']');
  return { index };
}

/** `:value` */
export function parseValue(reader: TokenReader): ValueNode {
  if (reader.peek().kind !== 'value') throw reader.syntaxError();
  return { kind: 'value', name: reader.take().text };
}

/** Whether a function begins here. */
export function seesCall(reader: TokenReader, keywords: ReadonlySet<string>): boolean {
  const token = reader.peek();
  return token.kind === 'word' && !keywords.has(token.text.toUpperCase()) && reader.peek(1).text === '(';
}

/** `name(argument, …)` */
export function parseCall(reader: TokenReader, parseArgument: () => OperandNode): CallNode {
  const name = reader.take().text;
  return { kind: 'call', name, args: parseList(reader, parseArgument) };
}

/** `(element, …)`, with one element at least. */
export function parseList<T>(reader: TokenReader, parseElement: () => T): readonly T[] {
  reader.expect('(');
  const elements = [parseElement()];
  while (reader.takeIf(',')) elements.push(parseElement());
  reader.expect(')');
  return elements;
}
