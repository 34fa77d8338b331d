import { realClock, SECOND, sleep } from '../core/clock.ts';

/** Closes one part; parts are closed in the reverse of the order they were opened in, which is that of the data. */
export type Closing = (deadlineMs: number) => Promise<void>;

/** What hangs at the deadline, because its backend is away, may take that much longer before it is left alone. */
const HANGING_MS = SECOND / 2;

/** Closes what is open, all of it within the deadline. */
export async function closeAll(closing: Closing[], deadlineMs: number): Promise<void> {
  const endMs = realClock.nowMs() + deadlineMs;
  for (let close = closing.pop(); close; close = closing.pop()) {
    const leftMs = Math.max(0, endMs - realClock.nowMs());
    const waited = new AbortController();
    const late = sleep(realClock, leftMs + HANGING_MS, waited.signal).catch(() => {});
    await Promise.race([close(leftMs), late]).finally(() => waited.abort());
  }
}
