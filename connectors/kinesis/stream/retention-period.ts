import { invalidArgument, missingMember } from '../errors.ts';

const MIN_HOURS = 24;
const MAX_HOURS = 8_760;

/** How long a stream may keep its records. The sentences are AWS's, as kinesalite has them. */
export function checkRetentionHours(hours: number | undefined): number {
  if (hours === undefined) throw missingMember('retentionPeriodHours');
  if (hours < MIN_HOURS) {
    throw invalidArgument(
      `Minimum allowed retention period is ${MIN_HOURS} hours. Requested retention period (${hours} hours) is too short.`,
    );
  }
  if (hours > MAX_HOURS) {
    throw invalidArgument(
      `Maximum allowed retention period is ${MAX_HOURS} hours. Requested retention period (${hours} hours) is too long.`,
    );
  }
  return hours;
}
