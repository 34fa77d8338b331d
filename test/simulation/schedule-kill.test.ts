// What is due is due whether or not the process was killed meanwhile: each instant of a rule and of a schedule is delivered at
// least once (https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html), and a second time at most
// where it was under way when the process was killed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/core/clock.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { events, exchange, scheduler, sqs } from '../support/raw-client.ts';
import { runSeed } from '../support/seed.ts';

const ROUNDS = 6;
/** How far time is moved at once; all of it is less than queues keep messages. */
const ADVANCE_MS = 2 * DAY;
/** At most this many messages more before the next kill. */
const LONGEST_ROUND = 60;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:fired';

const folder = mkdtempSync(join(tmpdir(), 'headwater-schedule-kill-'));
let cli = '';
let running: HeadwaterProcess | undefined;

beforeAll(() => {
  cli = buildCli('schedule-kill');
});
afterAll(async () => {
  await running?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const start = async () => {
  running = await headwaterUp(cli, ['--data-dir', folder, '--quiet', '--clock', 'virtual'], { cwd: folder });
  return running;
};
const urlOf = ({ endpoint }: HeadwaterProcess) => `${endpoint}/000000000000/fired`;

/** Moves time, and resolves with where it got to. */
async function advance({ endpoint }: HeadwaterProcess, byMs: number): Promise<number> {
  const { body } = await exchange(`${endpoint}/_headwater/clock/advance`, {
    method: 'POST',
    body: JSON.stringify({ byMs }),
  });
  const { nowMs, stillRunning } = JSON.parse(body.toString());
  expect(stillRunning).toEqual([]);
  return nowMs;
}

/** How many messages the queue holds. */
async function arrived(headwater: HeadwaterProcess): Promise<number> {
  const asked = { QueueUrl: urlOf(headwater), AttributeNames: ['ApproximateNumberOfMessages'] };
  const { Attributes } = (await sqs(headwater.endpoint, 'GetQueueAttributes', asked)) as {
    readonly Attributes: { readonly ApproximateNumberOfMessages: string };
  };
  return Number(Attributes.ApproximateNumberOfMessages);
}

/** What the queue holds, how often each. */
async function takeAll(headwater: HeadwaterProcess): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (;;) {
    const { Messages = [] } = (await sqs(headwater.endpoint, 'ReceiveMessage', {
      ...{ QueueUrl: urlOf(headwater), MaxNumberOfMessages: 10 },
    })) as { readonly Messages?: readonly { readonly Body: string }[] };
    if (Messages.length === 0) return counts;
    for (const { Body } of Messages) counts.set(Body, (counts.get(Body) ?? 0) + 1);
  }
}

/** An hourly schedule and an hourly rule that both tell the queue who is due when; resolves with the time before. */
async function setUp(headwater: HeadwaterProcess): Promise<number> {
  const { endpoint } = headwater;
  await sqs(endpoint, 'CreateQueue', { QueueName: 'fired', Attributes: { MessageRetentionPeriod: '1209600' } });
  const beginMs = await advance(headwater, 0);
  const Target = {
    Arn: QUEUE,
    RoleArn: 'arn:aws:iam::000000000000:role/r',
    Input: 'schedule <aws.scheduler.scheduled-time>',
  };
  const hourly = { ScheduleExpression: 'cron(0 * * * ? *)' };
  const schedule = { ...hourly, Target, FlexibleTimeWindow: { Mode: 'OFF' } };
  await scheduler(endpoint, 'POST', '/schedules/hourly', JSON.stringify(schedule));
  await events(endpoint, 'PutRule', { Name: 'hourly', ...hourly });
  const InputTransformer = { InputPathsMap: { time: '$.time' }, InputTemplate: '"rule <time>"' };
  await events(endpoint, 'PutTargets', { Rule: 'hourly', Targets: [{ Id: 'q', Arn: QUEUE, InputTransformer }] });
  return beginMs;
}

/** Kills the process while time moves, once some more messages have come. */
async function killAmidAdvance(headwater: HeadwaterProcess, random: Random): Promise<void> {
  const enough = (await arrived(headwater)) + random.integer(1, LONGEST_ROUND);
  const advanced = advance(headwater, ADVANCE_MS).catch(() => undefined);
  while ((await arrived(headwater)) < enough);
  await headwater.kill();
  await advanced;
}

function dueBetween(fromMs: number, untilMs: number): readonly string[] {
  const due: string[] = [];
  for (let atMs = Math.ceil((fromMs + 1) / HOUR) * HOUR; atMs <= untilMs; atMs += HOUR) {
    const time = new Date(atMs).toISOString().replace('.000Z', 'Z');
    due.push(`schedule ${time}`, `"rule ${time}"`);
  }
  return due;
}

test('each instant is delivered, however often the process is killed', { timeout: 600_000 }, async () => {
  const random = seededRandom(runSeed('kill -9 while schedules fire'));
  const beginMs = await setUp(await start());
  for (let round = 0; round < ROUNDS; round++) {
    await killAmidAdvance(running ?? (await start()), random);
    await start();
  }
  const last = running ?? (await start());
  const endMs = await advance(last, HOUR);
  const counts = await takeAll(last);
  const expected = dueBetween(beginMs, endMs);
  const repeated = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
  process.stdout.write(`killed ${ROUNDS} times; ${expected.length} were due, ${repeated} came a second time\n`);
  expect(expected.length).toBeGreaterThan(2 * ROUNDS);
  expect([...counts.keys()].sort()).toEqual([...expected].sort());
  // Both may be under way at the instant of a kill.
  expect(repeated).toBeLessThanOrEqual(2 * ROUNDS);
});
