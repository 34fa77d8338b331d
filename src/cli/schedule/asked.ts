import {
  type ScheduleDialect,
  type ScheduleExpression,
  type ScheduleExpressions,
  ScheduleNotValid,
} from '../../core/schedule/schedule-expression.ts';

/** What one call asks for. */
export interface Asked {
  readonly text: string;
  readonly dialect: ScheduleDialect;
  readonly zone: string;
  readonly fromMs: number;
  readonly count: number;
}

/** Finds the first due instant behind another. */
export type Next = (afterMs: number) => number | undefined;

/** The expression, or why AWS refuses it. */
export function readExpression(
  expressions: ScheduleExpressions,
  { text, dialect, zone }: Asked,
): ScheduleExpression | ScheduleNotValid {
  try {
    return expressions.parse(text, dialect, zone);
  } catch (error) {
    if (error instanceof ScheduleNotValid) return error;
    throw error;
  }
}

/** As many as were asked for, in their order. */
export function dueInstants(next: Next, { fromMs, count }: Asked): readonly number[] {
  const instants: number[] = [];
  for (let atMs: number | undefined = fromMs; instants.length < count; instants.push(atMs)) {
    atMs = next(atMs);
    if (atMs === undefined) break;
  }
  return instants;
}
