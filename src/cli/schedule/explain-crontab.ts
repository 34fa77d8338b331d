import type { Crontab } from '../../core/schedule/crontab.ts';
import { type ScheduleExpressions, ScheduleNotValid } from '../../core/schedule/schedule-expression.ts';
import { type Asked, dueInstants, type Next, readExpression } from './asked.ts';

/** Five fields or a name like `@daily`, as crontab has them, also where somebody put `cron(…)` around them. */
export function crontabIn(text: string): string | undefined {
  const [, inBrackets] = /^cron\((.*)\)$/.exec(text) ?? [];
  const line = (inBrackets ?? text).trim();
  return line.startsWith('@') || line.split(/\s+/).length === 5 ? line : undefined;
}

/** What AWS wants instead of a line of crontab. */
export function explainCrontab(
  expressions: ScheduleExpressions,
  { aws, next }: Crontab,
  asked: Asked,
): readonly string[] {
  const parsed = aws.map((text) => readExpression(expressions, { ...asked, text }));
  const refused = parsed.find((each) => each instanceof ScheduleNotValid);
  if (refused) return [`Nothing of AWS's means the same: ${refused.message}`];
  const nextOfAws: Next = (afterMs) => {
    const found = parsed.flatMap((each) => ('next' in each ? (each.next(afterMs, asked.fromMs) ?? []) : []));
    return found.length > 0 ? Math.min(...found) : undefined;
  };
  const [one, other] = aws;
  const same =
    other === undefined
      ? `In AWS's words: ${one}`
      : `No single expression of AWS means the same: crontab takes either day where both are given. Two schedules do, and both are due on a day that is both: ${one} and ${other}`;
  const differs = String(dueInstants(nextOfAws, asked)) !== String(dueInstants(next, asked));
  return differs ? [same, WHERE_CLOCKS_CHANGE] : [same];
}

const WHERE_CLOCKS_CHANGE =
  'It is not due at all of these: AWS skips what clocks are put forward over, and takes what they show twice once.';
