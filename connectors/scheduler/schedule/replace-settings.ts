import type { Random } from '../../../src/core/random.ts';
import type { Schedule, ScheduleSettings } from './schedule.ts';

/**
 * What an update makes of a schedule. "EventBridge Scheduler uses all values, including empty values, specified in the
 * request and overrides the existing schedule." docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 *
 * It begins anew only when its instants are others than before; nothing in between is lost when they are not.
 */
export function replaceSettings(
  current: Schedule,
  settings: ScheduleSettings,
  {
    nowMs,
    random,
    clientToken,
  }: { readonly nowMs: number; readonly random: Random; readonly clientToken?: string | undefined },
): Schedule {
  const replaced = { ...current, settings, clientToken, modifiedAtMs: nowMs };
  if (TIMES.some((name) => current.settings[name] !== settings[name])) {
    return { ...replaced, anchorMs: settings.startMs ?? nowMs, generation: random.uuid(), unplanned: 'begins' };
  }
  const isEnabled = current.settings.state === 'DISABLED' && settings.state === 'ENABLED';
  return isEnabled ? { ...replaced, unplanned: current.unplanned ?? 'goes-on' } : replaced;
}

/** What decides on a schedule's instants. */
const TIMES = ['expression', 'timeZone', 'startMs', 'endMs'] as const;
