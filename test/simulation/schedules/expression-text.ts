import type { Days, Times } from './plan.ts';

/** The plan's times in AWS's words. */
export function expressionText(times: Times): string {
  switch (times.kind) {
    case 'rate':
      return `rate(${times.hours} ${times.hours === 1 ? 'hour' : 'hours'})`;
    case 'at':
      return `at(${times.local})`;
    case 'cron': {
      const [dayOfMonth, dayOfWeek] = dayFields(times.days);
      return `cron(${times.minutes.join(',')} ${times.hours.join(',')} ${dayOfMonth} * ${dayOfWeek} *)`;
    }
  }
}

function dayFields(days: Days): readonly [dayOfMonth: string, dayOfWeek: string] {
  if (days.kind === 'all') return ['*', '?'];
  if (days.kind === 'of-week') return ['?', days.days.join(',')];
  return [days.day === 0 ? 'L' : String(days.day), '?'];
}
