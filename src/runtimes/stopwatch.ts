/**
 * Milliseconds since it was started, with their fraction. REPORT lines need more than the clock's whole milliseconds, and
 * durations of functions are always real.
 */
export type Stopwatch = () => number;

export function startStopwatch(): Stopwatch {
  const start = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - start) / 1e6;
}
