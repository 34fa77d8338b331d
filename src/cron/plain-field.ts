import { refuse } from './refusal.ts';

/** What may stand in one of the six fields. */
export interface FieldRules {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** The names of its values, beginning with that of `min`. */
  readonly names?: readonly string[];
  /** Whether a range may go over the end, as in `20-2`. */
  readonly wraps: boolean;
  readonly maxStep: number;
  /** Why a value just outside is none, where people often write it. */
  readonly hint?: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** From Sunday on. */
export const WEEKDAYS: readonly string[] = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/** The fields in their order, see "Cron expressions" in EventBridge's guide, "Setting a schedule pattern". */
export const FIELDS = {
  minutes: { name: 'minutes', min: 0, max: 59, wraps: true, maxStep: 59 },
  hours: { name: 'hours', min: 0, max: 23, wraps: true, maxStep: 23 },
  dayOfMonth: { name: 'day-of-month', min: 1, max: 31, wraps: true, maxStep: 31 },
  month: { name: 'month', min: 1, max: 12, names: MONTHS, wraps: true, maxStep: 12 },
  dayOfWeek: {
    ...{ name: 'day-of-week', min: 1, max: 7, names: WEEKDAYS, wraps: true, maxStep: 7 },
    hint: 'AWS counts from 1, which is Sunday',
  },
  year: { name: 'year', min: FIRST_YEAR, max: LAST_YEAR, wraps: false, maxStep: LAST_YEAR - FIRST_YEAR },
} as const satisfies Readonly<Record<string, FieldRules>>;

/**
 * The values of a field of `*`, values, ranges, steps and lists of them, in their order.
 *
 * @throws Refusal
 */
export function plainValues(text: string, rules: FieldRules): readonly number[] {
  const isWanted = new Uint8Array(rules.max + 1);
  for (const item of text.split(',')) want(item, rules, isWanted);
  const values: number[] = [];
  for (let value = rules.min; value <= rules.max; value++) if (isWanted[value]) values.push(value);
  return values;
}

/** Marks one item of a list: `*`, `5`, `1-5`, each with or without `/step`. A value with a step goes on to the end. */
function want(item: string, rules: FieldRules, isWanted: Uint8Array): void {
  const [, from = '', to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\w+))?$/.exec(item) ?? refuse(notUnderstood(item, rules));
  if (from === '*' && to !== undefined) refuse(`${rules.name} has "${item}": * is no beginning of a range`);
  const first = from === '*' ? rules.min : fieldValue(from, rules);
  const isOpen = from === '*' || step !== undefined;
  const by = step === undefined ? 1 : stepOf(step, rules);
  let last = isOpen ? rules.max : first;
  if (to !== undefined) last = fieldValue(to, rules);
  if (last < first && !rules.wraps) refuse(`${rules.name} has "${item}", which ends before it begins`);
  const size = rules.max - rules.min + 1;
  const end = last < first ? last + size : last;
  for (let value = first; value <= end; value += by) isWanted[value > rules.max ? value - size : value] = 1;
}

/** A number or a name of a field. */
export function fieldValue(text: string, rules: FieldRules): number {
  const named = rules.names?.indexOf(text) ?? -1;
  if (named >= 0) return named + rules.min;
  if (!/^\d+$/.test(text)) refuse(notUnderstood(text, rules));
  const value = Number(text);
  if (value >= rules.min && value <= rules.max) return value;
  const hint = rules.hint ? ` (${rules.hint})` : '';
  return refuse(`${rules.name} has ${text}, which is not within ${rules.min}-${rules.max}${hint}`);
}

function stepOf(text: string, rules: FieldRules): number {
  const step = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (step >= 1 && step <= rules.maxStep) return step;
  return refuse(`${rules.name} has a step of ${text}, which is not within 1-${rules.maxStep}`);
}

function notUnderstood(item: string, { name, min, max, names }: FieldRules): string {
  const values = names ? `${min}-${max}, ${names[0]}-${names.at(-1)}` : `${min}-${max}`;
  return `${name} has "${item}"; it takes ${values}, and lists (,), ranges (-), steps (/) and *`;
}
