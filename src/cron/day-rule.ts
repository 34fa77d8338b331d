import { firstOf, type Month, SATURDAY, SUNDAY, weekdayOf } from './month.ts';
import { FIELDS, fieldValue, plainValues } from './plain-field.ts';
import { refuse } from './refusal.ts';

/** Which days of a month are due, in their order. */
export type DayRule = (month: Month) => readonly number[];

const { dayOfMonth, dayOfWeek } = FIELDS;

/**
 * Exactly one of both fields says which days; the other is `?`.
 *
 * @throws Refusal
 */
export function dayRule(dayOfMonthText: string, dayOfWeekText: string): DayRule {
  if (dayOfMonthText === '?' && dayOfWeekText === '?')
    refuse('day-of-month and day-of-week are both ?; one must say when');
  if (dayOfMonthText !== '?' && dayOfWeekText !== '?') {
    const free = dayOfWeekText === '*' ? dayOfWeek : dayOfMonth;
    refuse(`day-of-month and day-of-week both say when; one must be ?, here ${free.name}`);
  }
  return dayOfWeekText === '?' ? monthDayRule(dayOfMonthText) : weekdayRule(dayOfWeekText);
}

/** `L` the last day, `L-3` three days before it, `15W` the weekday nearest to the 15th, `LW` the last one. */
function monthDayRule(text: string): DayRule {
  const toWeekday = text.endsWith('W') ? nearestWeekday : (day: number) => day;
  const fromEnd = /^L(?:-(\d+))?W?$/.exec(text);
  if (fromEnd) {
    const back = daysBeforeLast(fromEnd[1] ?? '0');
    return (month) => (month.length > back ? [toWeekday(month.length - back, month)] : []);
  }
  const near = /^(\w+)W$/.exec(text);
  if (near) {
    const day = fieldValue(near[1] ?? '', dayOfMonth);
    return (month) => (day <= month.length ? [toWeekday(day, month)] : []);
  }
  refuseInList(text, /[LW]/, dayOfMonth.name);
  const days = plainValues(text, dayOfMonth);
  return ({ length }) => days.filter((each) => each <= length);
}

function daysBeforeLast(text: string): number {
  const back = Number(text);
  return back <= 30 ? back : refuse(`day-of-month has L-${text}; no month has so many days before its last`);
}

/** Monday to Friday, in the same month. */
function nearestWeekday(day: number, month: Month): number {
  const weekday = weekdayOf(day, month);
  if (weekday === SATURDAY) return day > 1 ? day - 1 : day + 2;
  if (weekday === SUNDAY) return day < month.length ? day + 1 : day - 2;
  return day;
}

/** `L` Saturday, `6L` the last Friday, `6#3` the third. */
function weekdayRule(text: string): DayRule {
  if (text === 'L') return weekdays([SATURDAY]);
  const special = /^(\w+)(?:L|#(\w+))$/.exec(text);
  if (special) {
    const [, weekday = '', week] = special;
    const all = weekdays([fieldValue(weekday, dayOfWeek)]);
    const index = week === undefined ? -1 : weekOf(week) - 1;
    return (month) => [all(month).at(index) ?? []].flat();
  }
  refuseInList(text, /[L#]/, dayOfWeek.name);
  return weekdays(plainValues(text, dayOfWeek));
}

function weekOf(text: string): number {
  return /^[1-5]$/.test(text) ? Number(text) : refuse(`day-of-week has #${text}; a month has a weekday 1 to 5 times`);
}

const weekdays =
  (chosen: readonly number[]): DayRule =>
  (month) => {
    const days = chosen.flatMap((weekday) => {
      const first = firstOf(weekday, month);
      return [0, 7, 14, 21, 28].map((more) => first + more).filter((day) => day <= month.length);
    });
    return chosen.length > 1 ? days.sort((a, b) => a - b) : days;
  };

/** `L`, `W` and `#` stand alone. */
function refuseInList(text: string, special: RegExp, name: string): void {
  const [found] = special.exec(text) ?? [];
  if (found && /[,/-]/.test(text)) refuse(`${name} has "${text}"; with ${found} only one expression can be there`);
}
