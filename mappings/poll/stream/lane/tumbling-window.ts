/** A tumbling window that has begun, with what the function made of its records so far. */
export interface OpenWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** JSON. */
  readonly state: string;
  /** The state outgrew its limit: the window is closed at once. */
  readonly terminatedEarly: boolean;
}

/** Of the state between two invocations. docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html */
export const MAX_STATE_BYTES = 1024 * 1024;

/** The window that an instant lies in: windows of one length lie end to end since the epoch. */
export function openWindow(atMs: number, lengthMs: number): OpenWindow {
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  return { startMs, endMs: startMs + lengthMs, state: '{}', terminatedEarly: false };
}

/** Whether an instant lies in the window. */
export const isWithin = ({ startMs, endMs }: OpenWindow, atMs: number): boolean => atMs >= startMs && atMs < endMs;

/** The window after an invocation that returned this state. */
export const withState = (window: OpenWindow, state: string): OpenWindow => ({
  ...window,
  state,
  terminatedEarly: Buffer.byteLength(state) > MAX_STATE_BYTES,
});
