import { type Clock, realClock } from '../core/clock.ts';
import { HeadwaterError } from '../core/errors.ts';
import {
  type ScheduleDialect,
  type ScheduleExpression,
  type ScheduleExpressions,
  ScheduleNotValid,
} from '../core/schedule/schedule-expression.ts';
import type { Command, CommandLine } from './command.ts';
import { textOf, wrongUse } from './parse.ts';

const USUAL_COUNT = 10;
const MAX_COUNT = 10_000;

/** What one call asks for. */
interface Asked {
  readonly text: string;
  readonly dialect: ScheduleDialect;
  readonly zone: string;
  readonly fromMs: number;
  readonly count: number;
}

/** Says when a schedule expression is due. */
export const createSchedule = (expressions: ScheduleExpressions, clock: Clock = realClock): Command => ({
  name: 'schedule',
  summary: 'Say when a rate(), cron() or at() of AWS is due next, or why AWS refuses it.',
  takes: "next 'EXPRESSION'",
  flags: {
    zone: { value: 'ZONE', help: 'The time zone of the schedule, e.g. Europe/Berlin.', default: 'UTC' },
    from: {
      value: 'TIME',
      help: 'Due behind this time, e.g. 2026-03-01T00:00:00Z; a rate counts from it.',
      default: 'now',
    },
    count: { value: 'N', help: 'How many, at most.', default: String(USUAL_COUNT) },
    rule: { help: 'Read it as rules do: in UTC, without at(), and with the unit of rate() in its right number.' },
    json: { help: 'One JSON object a line.' },
  },
  examples: [
    "headwater schedule next 'cron(0 9 ? * MON-FRI *)' --zone Europe/Berlin",
    "headwater schedule next 'rate(6 hours)' --from 2026-03-01T00:00:00Z --count 4",
    "headwater schedule next --rule 'cron(0/15 8-17 L * ? *)'",
  ],
  notes: 'Exits with 2 when AWS would refuse the expression. It needs no running Headwater.',
  async run(line) {
    const asked = askedBy(line, expressions, clock);
    const instants = dueInstants(read(expressions, asked), asked);
    const print = line.flags['json'] === true ? printJson : printTable;
    print(instants, asked);
    return 0;
  },
});

function askedBy({ positionals, flags }: CommandLine, expressions: ScheduleExpressions, clock: Clock): Asked {
  const [action, text, ...more] = positionals;
  if (action !== 'next' || text === undefined || more.length > 0) {
    throw wrongUse(
      `"headwater schedule" takes next and one expression in quotes: headwater schedule next 'rate(1 hour)'`,
    );
  }
  const isRule = flags['rule'] === true;
  const zone = textOf(flags, 'zone') ?? 'UTC';
  if (isRule && zone !== 'UTC') throw wrongUse('--rule goes without --zone: the schedules of rules are in UTC');
  if (!expressions.knowsTimeZone(zone)) throw wrongUse(`No time zone is called ${zone}; they are like Europe/Berlin`);
  const count = Number(textOf(flags, 'count') ?? USUAL_COUNT);
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) throw wrongUse(`--count is 1 to ${MAX_COUNT}`);
  return { text, dialect: isRule ? 'rule' : 'scheduler', zone, fromMs: instantOf(textOf(flags, 'from'), clock), count };
}

function instantOf(text: string | undefined, clock: Clock): number {
  if (text === undefined) return clock.nowMs();
  const hasZone = /^\d{4}-\d\d-\d\d$|(Z|[+-]\d\d:\d\d)$/.test(text);
  const instantMs = hasZone ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instantMs)) return instantMs;
  throw wrongUse(`--from ${text} is no time with its offset, like 2026-03-01T00:00:00Z or 2026-03-01T09:00:00+01:00`);
}

function read(expressions: ScheduleExpressions, { text, dialect, zone }: Asked): ScheduleExpression {
  try {
    return expressions.parse(text, dialect, zone);
  } catch (error) {
    if (!(error instanceof ScheduleNotValid)) throw error;
    throw new HeadwaterError('INVALID_SCHEDULE', `AWS refuses ${text}: ${error.reason}`, { cause: error });
  }
}

function dueInstants(expression: ScheduleExpression, { fromMs, count }: Asked): readonly number[] {
  const instants: number[] = [];
  for (let atMs: number | undefined = fromMs; instants.length < count; instants.push(atMs)) {
    atMs = expression.next(atMs, fromMs);
    if (atMs === undefined) break;
  }
  return instants;
}

const utcText = (instantMs: number) => new Date(instantMs).toISOString().replace('.000Z', 'Z');

function printJson(instants: readonly number[], { zone }: Asked): void {
  for (const atMs of instants) console.log(JSON.stringify({ utc: utcText(atMs), [zone]: localText(zone)(atMs) }));
}

function printTable(instants: readonly number[], { text, zone, fromMs }: Asked): void {
  const local = localText(zone);
  const rows = [['UTC', zone], ...instants.map((atMs) => [utcText(atMs), local(atMs)])];
  const columns = zone === 'UTC' ? 1 : 2;
  const width = Math.max(...rows.map(([first = '']) => first.length)) + 2;
  if (instants.length === 0) console.log(`${text} is not due any more after ${utcText(fromMs)}`);
  else
    for (const row of rows)
      console.log(
        row
          .slice(0, columns)
          .map((cell) => cell.padEnd(width))
          .join('')
          .trimEnd(),
      );
}

/** The time there, with its weekday and what clocks are ahead of UTC: `Mon 2026-03-30 09:00:00 +02:00`. */
function localText(zone: string): (instantMs: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, hourCycle: 'h23', weekday: 'short', timeZoneName: 'longOffset' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  return (instantMs) => {
    const part = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
    const offset = part['timeZoneName']?.replace('GMT', '') || '+00:00';
    const date = `${part['year']}-${part['month']}-${part['day']}`;
    return `${part['weekday']} ${date} ${part['hour']}:${part['minute']}:${part['second']} ${offset}`;
  };
}
