import { countPeriods, type Periods } from '../data/period.ts';
import { MATH_FUNCTIONS } from './functions.ts';
import { inOrder, isList, type MathValue, mapPoints, type Series } from './math-value.ts';
import { type Expression, ExpressionError } from './parse-expression.ts';

/** What an expression may refer to. */
export interface MathScope {
  /** What a query comes to; throws `ExpressionError` when there is none of that id. */
  value(id: string): MathValue;
  /** The metrics of the request whose ids contain the text. */
  metrics(containing: string): readonly Series[];
  /** What of time is asked for. */
  readonly periods: Periods;
  /** Told of each step how many values it comes to; throws `ExpressionError` once those of a request are too many. */
  spend(values: number): void;
}

/** Functions of CloudWatch that need more than the metrics of the request. */
const REFUSED = [
  'SEARCH',
  'ANOMALY_DETECTION_BAND',
  'INSIGHT_RULE_METRIC',
  'SERVICE_QUOTA',
  'DB_PERF_INSIGHTS',
  'METRIC_COUNT',
  'LAMBDA',
  'SORT',
  'SLICE',
];

/** What an expression comes to. docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
export function evaluate(expression: Expression, scope: MathScope): MathValue {
  const value = stepOf(expression, scope);
  scope.spend(sizeOf(value));
  return value;
}

/** Values that are there to be gone through; a series without any counts, too. */
function sizeOf(value: MathValue): number {
  if (typeof value === 'number') return 0;
  return (isList(value) ? value : [value]).reduce((sum, { points }) => sum + 1 + points.size, 0);
}

function stepOf(expression: Expression, scope: MathScope): MathValue {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'text':
      throw new ExpressionError(`Unexpected "${expression.value}"`);
    case 'id':
      return scope.value(expression.name);
    case 'list':
      return expression.items.flatMap((item) => asList(evaluate(item, scope), scope));
    case 'call':
      return call(expression, scope);
    case 'operator':
      return operate(
        expression.operator,
        expression.given.map((each) => evaluate(each, scope)),
      );
  }
}

function call({ name, given }: Extract<Expression, { kind: 'call' }>, scope: MathScope): MathValue {
  if (name === 'METRICS') return scope.metrics(given[0]?.kind === 'text' ? given[0].value : '');
  if (name === 'FILL') return fill(given, scope);
  const values = () => given.map((each) => evaluate(each, scope));
  if (name === 'TIME_SERIES') return constant(values()[0], scope);
  const known = Object.hasOwn(MATH_FUNCTIONS, name) ? MATH_FUNCTIONS[name] : undefined;
  if (known) return known(values());
  throw new ExpressionError(
    REFUSED.includes(name) ? `${name} is not supported by Headwater` : `Unknown function "${name}"`,
  );
}

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

function operate(operator: string, given: readonly MathValue[]): MathValue {
  const [left = 0, right] = given;
  if (right === undefined) return operate('*', [-1, left]);
  const apply = OPERATORS[operator];
  if (!apply) throw new ExpressionError(`Unknown operator "${operator}"`);
  if (isList(left)) {
    if (!isList(right)) return left.map((each) => operate(operator, [each, right]) as Series);
    if (left.length !== right.length) throw new ExpressionError(`"${operator}" expects as many metrics on both sides`);
    return left.map((each, index) => operate(operator, [each, right[index] ?? 0]) as Series);
  }
  if (isList(right)) return right.map((each) => operate(operator, [left, each]) as Series);
  if (typeof left === 'number' && typeof right === 'number') return apply(left, right);
  if (typeof left === 'number') return mapPoints(right as Series, (value) => apply(left, value));
  if (typeof right === 'number') return mapPoints(left, (value) => apply(value, right));
  // Where one of them has no value, there is no answer.
  return mapPoints(left, (value, atMs) => {
    const other = right.points.get(atMs);
    return other === undefined ? undefined : apply(value, other);
  });
}

/** A number as a list has it: the same value in every period. */
function asList(value: MathValue, scope: MathScope): readonly Series[] {
  if (isList(value)) return value;
  return [typeof value === 'number' ? constant(value, scope) : value];
}

function constant(value: MathValue | undefined, scope: MathScope): Series {
  if (typeof value !== 'number') throw new ExpressionError('A number is expected');
  const { periodMs } = scope.periods;
  // The mean of no values, and what is divided by nothing, is no value anywhere.
  const points = Number.isFinite(value) ? instants(scope).map((atMs) => [atMs, value] as const) : [];
  return { label: '', periodMs, points: new Map(points) };
}

/** The beginning of each period; how many there may be is asked before they are made. */
function instants({ periods, spend }: MathScope): readonly number[] {
  const length = countPeriods(periods);
  spend(length);
  return Array.from({ length }, (_, index) => periods.startMs + index * periods.periodMs);
}

function fill([metric, filler]: readonly Expression[], scope: MathScope): MathValue {
  if (!metric || !filler) throw new ExpressionError('FILL expects two arguments');
  const value = evaluate(metric, scope);
  if (typeof value === 'number') return value;
  const how =
    filler.kind === 'id' && ['REPEAT', 'LINEAR'].includes(filler.name) ? filler.name : evaluate(filler, scope);
  const one = (series: Series) => filled(series, how, scope);
  return isList(value) ? value.map(one) : one(value as Series);
}

function filled(series: Series, how: string | MathValue, scope: MathScope): Series {
  const known = inOrder(series);
  const points = new Map(series.points);
  let passed = 0;
  for (const atMs of instants({ ...scope, periods: { ...scope.periods, periodMs: series.periodMs } })) {
    while ((known[passed]?.[0] ?? Number.POSITIVE_INFINITY) < atMs) passed += 1;
    if (points.has(atMs)) continue;
    const value = typeof how === 'string' ? between(how, atMs, known[passed - 1], known[passed]) : at(how, atMs);
    if (value !== undefined && Number.isFinite(value)) points.set(atMs, value);
  }
  return { ...series, points };
}

const at = (value: MathValue, atMs: number): number | undefined =>
  typeof value === 'number' ? value : isList(value) ? undefined : value.points.get(atMs);

type Point = readonly [number, number] | undefined;

function between(how: string, atMs: number, before: Point, after: Point): number | undefined {
  if (how === 'REPEAT') return before?.[1];
  if (!before || !after) return undefined;
  return before[1] + ((after[1] - before[1]) * (atMs - before[0])) / (after[0] - before[0]);
}
