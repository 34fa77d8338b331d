import type { CronExpression } from 'cron-parser';
import type { ReadCrontab } from '../core/schedule/crontab.ts';
import { ScheduleNotValid } from '../core/schedule/schedule-expression.ts';
import { WEEKDAYS } from './plain-field.ts';

/** Values, names, ranges and steps: what crontab and AWS have in common. cron-parser knows more, which crontab does not. */
const FIELD = /^(\*|\w+)(-\w+)?(\/\d+)?(,(\*|\w+)(-\w+)?(\/\d+)?)*$/;
const NAME_OR_NUMBER = /^(\d+|[a-z]{3})$/i;

/** The names that crontab(5) has for lines. */
const NAMED: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** Reads lines of crontab by cron-parser, which is made for them. */
export const readCrontab: ReadCrontab = async (written, timeZone) => {
  const { CronExpressionParser } = await import('cron-parser');
  if (written.trim() === '@reboot') throw new ScheduleNotValid(written, AT_A_START);
  const line = NAMED[written.trim()] ?? written;
  const fields = line.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every(isPlain))
    throw new ScheduleNotValid(written, 'it is no line of crontab either');
  const parse = (afterMs: number): CronExpression =>
    CronExpressionParser.parse(line, { currentDate: new Date(afterMs), tz: timeZone });
  try {
    return {
      aws: sameForAws(fields, parse(0).fields),
      next: (afterMs) => nextOf(parse(afterMs)),
    };
  } catch (error) {
    throw new ScheduleNotValid(written, `it is no line of crontab either (${(error as Error).message})`);
  }
};

const AT_A_START = 'crontab means the start of the machine by it, which no schedule does';

const isPlain = (field: string) =>
  FIELD.test(field) && field.split(/[,/-]/).every((part) => part === '*' || NAME_OR_NUMBER.test(part));

/** The library throws where it finds nothing within its bounds. */
function nextOf(expression: CronExpression): number | undefined {
  try {
    return expression.next().getTime();
  } catch {
    return undefined;
  }
}

/** In crontab either of both days is enough where both say when; where one is `*`, the other decides. */
function sameForAws(fields: readonly string[], { dayOfMonth, dayOfWeek }: CronExpression['fields']): readonly string[] {
  const [minutes = '', hours = '', days = '', months = ''] = fields;
  const weekdays = weekdaysForAws(dayOfWeek.values.map((day) => Number(day) % 7));
  const [time, month] = [`${fromFirst(minutes, 0)} ${fromFirst(hours, 0)}`, fromFirst(months, 1).toUpperCase()];
  const byDay = `cron(${time} ${fromFirst(days, 1)} ${month} ? *)`;
  const byWeekday = `cron(${time} ? ${month} ${weekdays} *)`;
  if (dayOfWeek.isWildcard) return [byDay];
  return dayOfMonth.isWildcard ? [byWeekday] : [byDay, byWeekday];
}

/** AWS's guide writes steps as `0/15`. */
const fromFirst = (field: string, first: number) => field.replaceAll('*/', `${first}/`);

/** By name, as crontab and AWS count them from 0 and from 1: `MON-FRI`, `SUN,SAT`. */
function weekdaysForAws(days: readonly number[]): string {
  const wanted = new Set(days);
  const texts: string[] = [];
  for (let first = 0; first < WEEKDAYS.length; first++) {
    if (!wanted.has(first)) continue;
    let last = first;
    while (wanted.has(last + 1)) last++;
    const names = WEEKDAYS.slice(first, last + 1);
    texts.push(names.length > 2 ? `${names[0]}-${names.at(-1)}` : names.join(','));
    first = last;
  }
  return texts.join(',');
}
