import { parseSync, Visitor } from 'oxc-parser';
import type { SourceFile } from './source-files.ts';

/** What the rules need to know of a file, read from its syntax tree. */
export interface Outline {
  /** Each module named by an import or re-export, with its line. */
  readonly imports: readonly { readonly specifier: string; readonly line: number }[];
  /** Every function with a body: its length in lines, and its own without the functions in it. */
  readonly functions: readonly {
    readonly name: string;
    readonly line: number;
    readonly lines: number;
    readonly own: number;
  }[];
  /** Each exported declaration and whether a doc comment stands before it. */
  readonly exports: readonly { readonly name: string; readonly line: number; readonly documented: boolean }[];
  /** Each mention of a global that only the clock and random may touch. */
  readonly timeAndChance: readonly { readonly what: string; readonly line: number }[];
  readonly hasDefaultExport: boolean;
}

const BANNED_MEMBERS = new Map([
  ['Date', new Set(['now'])],
  ['Math', new Set(['random'])],
  ['performance', new Set(['now', 'timeOrigin'])],
  ['crypto', new Set(['randomUUID', 'randomBytes', 'getRandomValues', 'randomInt'])],
  ['process', new Set(['hrtime'])],
]);
const BANNED_CALLS = new Set([
  'setTimeout',
  'setInterval',
  'randomUUID',
  'randomBytes',
  'randomInt',
  'getRandomValues',
]);

type Node = { readonly type: string; readonly start: number; readonly end: number } & Record<string, unknown>;

/** Reads the outline of one file. */
export function outline(file: SourceFile): Outline {
  const { program, comments, errors } = parseSync(file.path, file.text);
  if (errors[0]) throw new Error(`${file.path} does not parse: ${errors[0].message}`);
  const lineOf = lineCounter(file.text);
  const docEnds = comments
    .filter((comment) => comment.type === 'Block' && comment.value.startsWith('*'))
    .map((comment) => comment.end);
  const hasDoc = (start: number) => docEnds.some((end) => end <= start && /^\s*$/.test(file.text.slice(end, start)));
  // One sentence may stand above a row of constants.
  const continuesRow = (line: number) =>
    result.exports.at(-1)?.line === line - 1 && result.exports.at(-1)?.documented === true;
  const result = { imports: [], functions: [], exports: [], timeAndChance: [], hasDefaultExport: false } as {
    -readonly [Key in keyof Outline]: Outline[Key] extends readonly (infer Item)[] ? Item[] : Outline[Key];
  };

  const addImport = (source: unknown, at: Node) => {
    const specifier = (source as { value?: unknown } | null)?.value;
    if (typeof specifier === 'string') result.imports.push({ specifier, line: lineOf(at.start) });
  };
  const bodies: { readonly name: string; readonly start: number; readonly end: number }[] = [];
  const addFunction = (node: unknown) => {
    const { id, start, end, body } = node as Node;
    if (body) bodies.push({ name: (id as { name?: string } | null)?.name ?? 'a function', start, end });
  };
  const addBan = (what: string, at: unknown) => result.timeAndChance.push({ what, line: lineOf((at as Node).start) });

  new Visitor({
    ImportDeclaration: (node) => addImport(node.source, node as unknown as Node),
    ImportExpression: (node) => addImport(node.source, node as unknown as Node),
    ExportAllDeclaration: (node) => addImport(node.source, node as unknown as Node),
    ExportDefaultDeclaration: () => {
      result.hasDefaultExport = true;
    },
    ExportNamedDeclaration: (node) => {
      addImport(node.source, node as unknown as Node);
      for (const name of declaredNames(node.declaration as Node | null)) {
        const line = lineOf(node.start);
        result.exports.push({ name, line, documented: hasDoc(node.start) || continuesRow(line) });
      }
    },
    FunctionDeclaration: addFunction,
    FunctionExpression: addFunction,
    ArrowFunctionExpression: addFunction,
    CallExpression: (node) => {
      const callee = node.callee as unknown as Node & { name?: string };
      if (callee.type === 'Identifier' && BANNED_CALLS.has(callee.name ?? '')) addBan(callee.name ?? '', node);
    },
    NewExpression: (node) => {
      const callee = node.callee as unknown as Node & { name?: string };
      if (callee.type === 'Identifier' && callee.name === 'Date' && node.arguments.length === 0)
        addBan('new Date()', node);
    },
    MemberExpression: (node) => {
      const object = node.object as unknown as Node & { name?: string };
      const property = node.property as unknown as Node & { name?: string };
      if (object.type === 'Identifier' && BANNED_MEMBERS.get(object.name ?? '')?.has(property.name ?? '')) {
        addBan(`${object.name}.${property.name}`, node);
      }
      const isGlobal = object.type === 'Identifier' && (object.name === 'globalThis' || object.name === 'global');
      if (isGlobal && BANNED_CALLS.has(property.name ?? '')) addBan(property.name ?? '', node);
    },
  }).visit(program);
  const linesOf = ({ start, end }: { readonly start: number; readonly end: number }) => lineOf(end) - lineOf(start) + 1;
  for (const body of bodies) {
    const inside = bodies.filter(({ start, end }) => start > body.start && end <= body.end);
    const direct = inside.filter((one) => !inside.some(({ start, end }) => start < one.start && one.end <= end));
    const nested = direct.reduce((sum, one) => sum + linesOf(one) - 1, 0);
    result.functions.push({
      name: body.name,
      line: lineOf(body.start),
      lines: linesOf(body),
      own: linesOf(body) - nested,
    });
  }
  return result;
}

function declaredNames(declaration: Node | null): readonly string[] {
  if (!declaration) return [];
  const named = declaration['id'] as { name?: string } | null | undefined;
  if (named?.name) return [named.name];
  const declarators = (declaration['declarations'] as readonly { id: { name?: string } }[] | undefined) ?? [];
  return declarators.map((declarator) => declarator.id.name ?? 'a pattern');
}

function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
