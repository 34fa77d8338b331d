import type { Random } from '../core/random.ts';

const HEX = '0123456789abcdef';

/** An `X-Amzn-Trace-Id` for work that came without one: AWS gives each asynchronous invocation a trace. */
export function newTraceHeader(nowMs: number, random: Random): string {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  return `Root=1-${seconds}-${random.text(24, HEX)};Parent=${random.text(16, HEX)};Sampled=0`;
}
