// README.md, "Command line": `headwater schedule next` says when an expression is due, or why AWS refuses it.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parse } from '../../src/cli/parse.ts';
import { createSchedule } from '../../src/cli/schedule/schedule.ts';
import { createActivity } from '../../src/core/activity.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { readCrontab } from '../../src/cron/crontab.ts';
import { createScheduleExpressions } from '../../src/cron/schedule-expressions.ts';

const clock = createVirtualClock(Date.parse('2026-03-27T12:00:00Z'), createActivity());
const command = createSchedule({ expressions: createScheduleExpressions(), readCrontab, clock });
afterEach(() => vi.restoreAllMocks());

/** What the command prints. */
async function printed(...args: string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  expect(await command.run(parse(command, args))).toBe(0);
  return lines;
}

test('prints the next ten fires from now on in UTC', async () => {
  const lines = await printed('next', 'cron(0 9 * * ? *)');
  expect(lines).toHaveLength(11);
  expect(lines.slice(0, 3)).toEqual(['UTC', '2026-03-28T09:00:00Z', '2026-03-29T09:00:00Z']);
});

test('prints them beside the clocks of a time zone, which change between them', async () => {
  expect(await printed('next', 'cron(0 9 * * ? *)', '--zone', 'Europe/Berlin', '--count', '2')).toEqual([
    'UTC                   Europe/Berlin',
    '2026-03-28T08:00:00Z  Sat 2026-03-28 09:00:00 +01:00',
    '2026-03-29T07:00:00Z  Sun 2026-03-29 09:00:00 +02:00',
  ]);
});

test('counts a rate from the time that is given', async () => {
  const lines = await printed('next', 'rate(6 hours)', '--from', '2026-05-01T00:30:00+01:00', '--count', '2', '--json');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { utc: '2026-05-01T05:30:00Z', UTC: 'Fri 2026-05-01 05:30:00 +00:00' },
    { utc: '2026-05-01T11:30:00Z', UTC: 'Fri 2026-05-01 11:30:00 +00:00' },
  ]);
});

test('says that nothing is due any more', async () => {
  expect(await printed('next', 'at(2020-01-01T00:00:00)')).toEqual([
    'at(2020-01-01T00:00:00) is not due any more after 2026-03-27T12:00:00Z',
  ]);
});

describe('a line of crontab', () => {
  /** What the command prints and says of it. */
  async function explained(...args: string[]) {
    const [lines, said]: [string[], string[]] = [[], []];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
    return { code: await command.run(parse(command, args)), lines, said };
  }

  test('is refused, said in the words of AWS, and still told when it is due', async () => {
    expect(await explained('next', '*/15 9-17 * * 1-5', '--count', '2', '--json')).toEqual({
      code: 2,
      said: [
        'AWS refuses */15 9-17 * * 1-5: an expression is rate(…), cron(…) or at(…), in lower case',
        "In AWS's words: cron(0/15 9-17 ? * MON-FRI *)",
      ],
      lines: [
        '{"utc":"2026-03-27T12:15:00Z","UTC":"Fri 2026-03-27 12:15:00 +00:00"}',
        '{"utc":"2026-03-27T12:30:00Z","UTC":"Fri 2026-03-27 12:30:00 +00:00"}',
      ],
    });
  });

  test('is known in the brackets of cron() too', async () => {
    const { code, said } = await explained('next', '--rule', 'cron(0 9 * jan-mar 0)');
    expect(code).toBe(2);
    expect(said[0]).toContain('the crontab of Unix has no year');
    expect(said[1]).toBe("In AWS's words: cron(0 9 ? JAN-MAR SUN *)");
  });

  test.each([
    ['@daily', 'cron(0 0 * * ? *)', '2026-03-28T00:00:00Z'],
    ['@midnight', 'cron(0 0 * * ? *)', '2026-03-28T00:00:00Z'],
    ['cron(@hourly)', 'cron(0 * * * ? *)', '2026-03-27T13:00:00Z'],
    ['@weekly', 'cron(0 0 ? * SUN *)', '2026-03-29T00:00:00Z'],
    ['@monthly', 'cron(0 0 1 * ? *)', '2026-04-01T00:00:00Z'],
    ['@yearly', 'cron(0 0 1 1 ? *)', '2027-01-01T00:00:00Z'],
    ['@annually', 'cron(0 0 1 1 ? *)', '2027-01-01T00:00:00Z'],
  ])('may be a name: %s', async (text, aws, next) => {
    const { code, said, lines } = await explained('next', text, '--count', '1');
    expect([code, said.at(-1), lines.at(-1)]).toEqual([2, `In AWS's words: ${aws}`, next]);
  });

  test('that gives both days is two expressions of AWS', async () => {
    const { said, lines } = await explained('next', '0 9 1 * 1', '--count', '3');
    expect(said[1]).toContain('takes either day where both are given');
    expect(said[1]).toContain('cron(0 9 1 * ? *) and cron(0 9 ? * MON *)');
    expect(lines).toEqual(['UTC', '2026-03-30T09:00:00Z', '2026-04-01T09:00:00Z', '2026-04-06T09:00:00Z']);
  });

  test('says where AWS differs as clocks change', async () => {
    const { said } = await explained('next', '30 2 * * *', '--zone', 'Europe/Berlin');
    expect(said.at(-1)).toContain('AWS skips what clocks are put forward over');
    expect((await explained('next', '30 2 * * *', '--zone', 'Asia/Tokyo')).said).toHaveLength(2);
  });

  test.each([
    ['61 * * * *', 'no line of crontab either (Constraint error'],
    ['H * * * *', 'no line of crontab either'],
    ['@daly', 'no line of crontab either'],
    ['@reboot', 'the start of the machine'],
    ['0 9 L * ?', 'no line of crontab either'],
    ['0 0 31 2 *', 'no line of crontab either (Invalid explicit day of month'],
  ])('that is none is refused: %s', async (line, message) => {
    await expect(async () => await command.run(parse(command, ['next', line]))).rejects.toThrow(message);
  });
});

test('an instant that no calendar has is none', async () => {
  expect(await printed('next', 'rate(99999999999999 days)')).toEqual([
    'rate(99999999999999 days) is not due any more after 2026-03-27T12:00:00Z',
  ]);
});

test.each([
  [['next', 'cron(0 9 * * * *)'], 'AWS refuses cron(0 9 * * * *): day-of-month and day-of-week both say when'],
  [['next', '--rule', 'rate(1 minutes)'], 'AWS refuses rate(1 minutes): rules say minute for 1'],
  [['next', '--rule', 'at(2030-01-01T00:00:00)'], 'rules do not know at()'],
  [['next', '--rule', 'rate(1 minute)', '--zone', 'Europe/Berlin'], '--rule goes without --zone'],
  [['next', 'rate(1 minute)', '--zone', 'Berlin'], 'No time zone is called Berlin'],
  [['next', 'rate(1 minute)', '--count', '0'], '--count is 1 to'],
  [['next', 'rate(1 minute)', '--from', '2026-01-01T00:00:00'], 'no time with its offset'],
  [['next', 'rate(1', 'minute)'], 'one expression in quotes'],
  [['rate(1 minute)'], 'takes next'],
  [['next', ' '], 'takes next and one expression in quotes'],
])('explains what is wrong: %j', async (args, message) => {
  await expect(async () => await command.run(parse(command, args))).rejects.toThrow(message);
});
