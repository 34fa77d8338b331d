/** Values by the beginning of their period. */
export interface Series {
  readonly label: string;
  readonly periodMs: number;
  readonly points: ReadonlyMap<number, number>;
}

/** What an expression comes to: a number, the values of one metric, or of several. */
export type MathValue = number | Series | readonly Series[];

/** Whether it is the values of several metrics. */
export const isList = (value: MathValue): value is readonly Series[] => Array.isArray(value);

/** Whether it is the values of one metric. */
export const isSeries = (value: MathValue): value is Series => typeof value === 'object' && !isList(value);

/** The series with each value changed; those without an answer are gone. */
export function mapPoints(series: Series, change: (value: number, atMs: number) => number | undefined): Series {
  const points = new Map<number, number>();
  for (const [atMs, value] of series.points) {
    const changed = change(value, atMs);
    if (changed !== undefined && Number.isFinite(changed)) points.set(atMs, changed);
  }
  return { ...series, points };
}

/** Its points in the order of time. */
export const inOrder = ({ points }: Series): readonly (readonly [number, number])[] =>
  [...points].sort(([a], [b]) => a - b);
