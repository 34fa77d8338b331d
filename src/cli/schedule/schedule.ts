import { type Clock, realClock } from '../../core/clock.ts';
import { HeadwaterError } from '../../core/errors.ts';
import type { Crontab, ReadCrontab } from '../../core/schedule/crontab.ts';
import { type ScheduleExpressions, ScheduleNotValid } from '../../core/schedule/schedule-expression.ts';
import type { Command, CommandLine } from '../command.ts';
import { textOf, wrongUse } from '../parse.ts';
import { type Asked, dueInstants, type Next, readExpression } from './asked.ts';
import { crontabIn, explainCrontab } from './explain-crontab.ts';
import { printJson, printTable, utcText } from './print-instants.ts';

const USUAL_COUNT = 10;
const MAX_COUNT = 10_000;

/** Says when a schedule expression is due. */
export const createSchedule = ({
  expressions,
  readCrontab,
  clock = realClock,
}: {
  readonly expressions: ScheduleExpressions;
  readonly readCrontab: ReadCrontab;
  readonly clock?: Clock;
}): Command => ({
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
    "headwater schedule next '*/15 9-17 * * 1-5'",
  ],
  notes:
    'Exits with 2 when AWS would refuse the expression. Of a line of crontab it also says what AWS wants instead. It needs no running Headwater.',
  async run(line) {
    const asked = askedBy(line, expressions, clock);
    const { text, fromMs, zone } = asked;
    const print = (next: Next) => {
      const ifNone = `${text} is not due any more after ${utcText(fromMs)}`;
      const shown = line.flags['json'] === true ? printJson : printTable;
      shown(dueInstants(next, asked), { zone, ifNone });
    };
    const found = readExpression(expressions, asked);
    if (!(found instanceof ScheduleNotValid)) {
      print((afterMs) => found.next(afterMs, fromMs));
      return 0;
    }
    const refusal = `AWS refuses ${text}: ${found.reason}`;
    const crontabLine = crontabIn(text);
    if (crontabLine === undefined) throw new HeadwaterError('INVALID_SCHEDULE', refusal, { cause: found });
    const crontab = await readAsCrontab(readCrontab, crontabLine, { asked, refusal });
    console.error(refusal);
    for (const sentence of explainCrontab(expressions, crontab, asked)) console.error(sentence);
    print(crontab.next);
    return REFUSED;
  },
});

/** The exit code where AWS would refuse the expression. */
const REFUSED = 2;

function askedBy({ positionals, flags }: CommandLine, expressions: ScheduleExpressions, clock: Clock): Asked {
  const [action, text, ...more] = positionals;
  if (action !== 'next' || !text?.trim() || more.length > 0) {
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

async function readAsCrontab(
  readCrontab: ReadCrontab,
  line: string,
  { asked, refusal }: { readonly asked: Asked; readonly refusal: string },
): Promise<Crontab> {
  try {
    return await readCrontab(line, asked.zone);
  } catch (error) {
    if (!(error instanceof ScheduleNotValid)) throw error;
    throw new HeadwaterError('INVALID_SCHEDULE', `${refusal}; ${error.reason}`, { cause: error });
  }
}
