import { refuse } from './refusal.ts';
import type { TimeZone } from './time-zone.ts';

/**
 * The instant of an `at()`. The guide does not say what becomes of a time that clocks are put forward over: here it is as
 * much later, so that a one-time schedule is due once, whatever it says.
 *
 * @param body what stands between the brackets
 * @throws Refusal
 */
export function atInstantMs(body: string, zone: TimeZone): number {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) {
    refuse('at takes yyyy-mm-ddThh:mm:ss, without a zone: that is a parameter of its own');
  }
  const wallTimeMs = Date.parse(`${body}Z`);
  // The 30th of February would be taken for a day in March.
  if (Number.isNaN(wallTimeMs) || new Date(wallTimeMs).toISOString() !== `${body}.000Z`) {
    refuse(`${body} is in no calendar`);
  }
  return zone.instantAround(wallTimeMs);
}
