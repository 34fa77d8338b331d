import type { TimestampFormat } from '../schema/shape.ts';

/** Reads a timestamp in any of AWS's formats; `undefined` when the text is none. */
export function parseTimestamp(text: string | number): Date | undefined {
  const seconds = typeof text === 'number' ? text : /^-?\d+(\.\d+)?(E\d+)?$/i.test(text) ? Number(text) : undefined;
  const date = seconds === undefined ? new Date(text) : new Date(Math.round(seconds * 1000));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Writes a timestamp; seconds are a number, the other formats text. */
export function formatTimestamp(date: Date, format: TimestampFormat): string | number {
  if (format === 'epoch-seconds') return date.getTime() / 1000;
  if (format === 'http-date') return date.toUTCString();
  return date.toISOString();
}
