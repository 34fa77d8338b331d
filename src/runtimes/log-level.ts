import { APPLICATION_LOG_LEVELS, type ApplicationLogLevel, type SystemLogLevel } from '../core/function.ts';

/** Python's own names. */
const OTHER_NAMES: Readonly<Record<string, ApplicationLogLevel>> = { WARNING: 'WARN', CRITICAL: 'FATAL' };

/** Whether what is logged at a level is wanted where this is the lowest. */
export const isWanted = (
  level: ApplicationLogLevel | SystemLogLevel,
  lowest: ApplicationLogLevel | SystemLogLevel,
): boolean => APPLICATION_LOG_LEVELS.indexOf(level) >= APPLICATION_LOG_LEVELS.indexOf(lowest);

/**
 * The level of an event that a function wrote: what its JSON says, else INFO.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export function levelOf(message: string): ApplicationLogLevel {
  const level = membersOf(message)['level'];
  const name = typeof level === 'string' ? level.toUpperCase() : '';
  const own = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
  return own ?? APPLICATION_LOG_LEVELS.find((each) => each === name) ?? 'INFO';
}

function membersOf(message: string): Readonly<Record<string, unknown>> {
  if (!message.startsWith('{')) return {};
  try {
    return JSON.parse(message);
  } catch {
    return {};
  }
}
