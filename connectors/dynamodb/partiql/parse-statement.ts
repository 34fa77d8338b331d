import type { DocumentPath } from '../expressions/path.ts';
import { resolvePath } from '../expressions/syntax/resolve.ts';
import { validationException } from '../values/refusal.ts';
import type {
  DeleteStatement,
  OrderTerm,
  Returning,
  SelectStatement,
  Statement,
  UpdateStatement,
} from './statement.ts';
import { Bindings } from './syntax/bindings.ts';
import { parseChanges } from './syntax/parse-changes.ts';
import { parametersOf, parseItem } from './syntax/parse-literal.ts';
import { type Parsing, parsePath } from './syntax/parse-operand.ts';
import { parseWhere } from './syntax/parse-where.ts';
import { notWellFormed, StatementReader } from './syntax/token.ts';

/**
 * Reads a statement with its parameters.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.statements.html
 */
export function parseStatement(text: string, parameters: readonly unknown[] | undefined): Statement {
  const reader = new StatementReader(text);
  const parsing = { reader, bindings: new Bindings(), parameter: parametersOf(parameters) };
  const statement = parseAny(parsing);
  if (reader.peek().kind !== 'end') throw unexpectedToken();
  return statement;
}

function parseAny(parsing: Parsing): Statement {
  const { reader } = parsing;
  if (reader.takeIf('SELECT')) return parseSelect(parsing);
  if (reader.takeIf('INSERT', 'INTO')) return parseInsert(parsing);
  if (reader.takeIf('UPDATE')) return parseUpdate(parsing);
  if (reader.takeIf('DELETE', 'FROM')) return parseDelete(parsing);
  if (reader.takeIf('FROM')) return parseFromUpdate(parsing);
  if (reader.takeIf('EXISTS', '(', 'SELECT')) {
    const select = parseSelect(parsing);
    reader.expect(')');
    return { kind: 'exists', select };
  }
  throw notWellFormed('Expected data manipulation');
}

function parseSelect(parsing: Parsing): SelectStatement {
  const { reader } = parsing;
  const columns = parseColumns(parsing);
  reader.expect('FROM');
  const { table, index } = parseTable(parsing);
  refuseAlias(parsing);
  const where = parseWhere(parsing);
  const order: OrderTerm[] = [];
  if (reader.takeIf('ORDER', 'BY')) {
    do order.push(parseOrderTerm(parsing));
    while (reader.takeIf(','));
  }
  return { kind: 'select', table, index, columns, where, order };
}

function parseColumns(parsing: Parsing): readonly DocumentPath[] | undefined {
  const { reader } = parsing;
  if (reader.takeIf('*')) return undefined;
  const columns: DocumentPath[] = [];
  do columns.push(parseColumn(parsing));
  while (reader.takeIf(','));
  return columns;
}

function parseColumn(parsing: Parsing): DocumentPath {
  const { reader, bindings } = parsing;
  const token = reader.peek();
  if (reader.seesName() && reader.peek(1).text === '(') {
    throw validationException(`Unexpected path component at ${token.position}`);
  }
  return resolvePath(parsePath(parsing), { parameter: undefined, placeholders: bindings });
}

function parseOrderTerm({ reader }: Parsing): OrderTerm {
  if (!reader.seesName()) throw notWellFormed('Expected identifier for simple path');
  const name = reader.take().text;
  const descending = reader.takeIf('DESC');
  if (!descending) reader.takeIf('ASC');
  return { name, descending };
}

function parseInsert(parsing: Parsing): Statement {
  const { reader, parameter } = parsing;
  const { table } = parseTable(parsing);
  if (reader.peek().kind !== 'end' && !reader.sees('VALUE')) throw unexpectedToken();
  reader.expect('VALUE');
  if (!reader.takeIf('?')) return { kind: 'insert', table, item: parseItem(reader, parameter) };
  const item = parameter();
  if ('M' in item) return { kind: 'insert', table, item: item.M };
  throw validationException('Only a map can be inserted as an item');
}

function parseUpdate(parsing: Parsing): UpdateStatement {
  const { table } = parseTable(parsing);
  refuseAlias(parsing);
  const update = parseChanges(parsing);
  const where = parseWhere(parsing);
  return { kind: 'update', table, update, where, returning: parseReturning(parsing) };
}

/** The clauses the other way round: what is written is said last. */
function parseFromUpdate(parsing: Parsing): UpdateStatement {
  const { table } = parseTable(parsing);
  refuseAlias(parsing);
  const where = parseWhere(parsing);
  const update = parseChanges(parsing);
  return { kind: 'update', table, update, where, returning: parseReturning(parsing) };
}

function parseDelete(parsing: Parsing): DeleteStatement {
  const { table } = parseTable(parsing);
  refuseAlias(parsing);
  const where = parseWhere(parsing);
  const returning = parseReturning(parsing);
  if (returning === undefined || returning === 'ALL OLD') return { kind: 'delete', table, where, returning };
  throw validationException(
    `Invalid returning clause: RETURNING ${returning} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
  );
}

function parseReturning({ reader }: Parsing): Returning | undefined {
  if (!reader.takeIf('RETURNING')) return undefined;
  for (const what of ['ALL', 'MODIFIED'] as const) {
    for (const when of ['OLD', 'NEW'] as const) {
      if (reader.takeIf(what, when, '*')) return `${what} ${when}`;
    }
  }
  throw notWellFormed('Unexpected term');
}

function parseTable({ reader }: Parsing): { readonly table: string; readonly index: string | undefined } {
  const components: string[] = [];
  do {
    if (!reader.seesName()) throw notWellFormed('Expected identifier for simple path');
    components.push(reader.take().text);
  } while (reader.takeIf('.'));
  const [table = '', index] = components;
  if (components.includes('')) throw validationException('Path component cannot be an empty string');
  if (components.length > 2) {
    throw validationException('A path may contain at most 2 components in the FROM clause');
  }
  return { table, index };
}

function refuseAlias({ reader }: Parsing): void {
  if (reader.seesName() || reader.sees('AS')) throw validationException('Aliasing is not supported');
}

function unexpectedToken(): Error {
  return notWellFormed('Unexpected token after expression');
}
