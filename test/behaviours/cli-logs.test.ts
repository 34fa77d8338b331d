// README.md, "Command line": `headwater logs` shows what functions logged.
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, expect, test, vi } from 'vitest';
import { logs } from '../../src/cli/logs.ts';
import { parse } from '../../src/cli/parse.ts';
import { MINUTE } from '../../src/core/clock.ts';
import { until } from '../support/patience.ts';
import { startSimulator } from '../support/simulator.ts';

afterEach(() => vi.restoreAllMocks());

async function setUp() {
  const simulator = await startSimulator();
  const { endpoint } = simulator;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials });
  let named = { logGroupName: '/aws/lambda/orders', logStreamName: 'a' };
  const make = async (logGroupName = named.logGroupName) => {
    named = { ...named, logGroupName };
    await client.send(new CreateLogGroupCommand(named));
    await client.send(new CreateLogStreamCommand(named));
  };
  const put = (...texts: readonly string[]) => {
    const logEvents = texts.map((message) => ({ message, timestamp: simulator.nowMs() }));
    return client.send(new PutLogEventsCommand({ ...named, logEvents }));
  };
  const lines: string[] = [];
  let heard = (_line: string) => {};
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(line);
    heard(line);
  });
  const said: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  const run = (...args: string[]) => logs.run(parse(logs, [...args, '--endpoint', endpoint]));
  const printed = (line: string) =>
    new Promise<void>((resolve) => {
      heard = (each) => each === line && resolve();
    });
  return { simulator, make, put, lines, said, run, printed };
}

test('shows what was logged, since a time on the endpoint’s clock, and what a pattern finds', async () => {
  const { simulator, make, put, lines, run } = await setUp();
  await using _simulator = simulator;
  await make();
  await put('ERROR one\n', 'two\n');
  await simulator.advance(10 * MINUTE);
  await put('ERROR three\n');
  expect(await run('orders')).toBe(0);
  expect(lines.splice(0)).toEqual(['ERROR one', 'two', 'ERROR three']);
  await run('orders', '--since', '5m');
  expect(lines.splice(0)).toEqual(['ERROR three']);
  await run('/aws/lambda/orders', '--filter', 'ERROR', '--json');
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(['ERROR one\n', 'ERROR three\n']);
});

test('a name without a slash is that of a log group where nothing else is called so', async () => {
  const { simulator, make, put, lines, said, run } = await setUp();
  await using _simulator = simulator;
  await make('orders-archive');
  await put('of another\n');
  await make('orders');
  await put('of the group\n');
  await run('orders');
  expect(lines.splice(0)).toEqual(['of the group']);
  expect(said.splice(0)).toEqual(['There is no function orders: this is what is in the log group of that name']);
  await make('/aws/lambda/orders');
  await put('of the function\n');
  await run('orders');
  expect([lines, said]).toEqual([['of the function'], []]);
});

test('goes on as events come, and says once that there is no group yet', async () => {
  const { simulator, make, put, lines, said, run, printed } = await setUp();
  const first = printed('first');
  const following = run('orders', '--follow').catch((error: Error) => error.message);
  await until(() => said.length > 0);
  await make();
  await put('first\n');
  await first;
  const second = printed('second');
  await put('second\n');
  await second;
  expect(lines).toEqual(['first', 'second']);
  expect(said).toEqual(['There is no log group /aws/lambda/orders yet: waiting until something is logged there']);
  await simulator[Symbol.asyncDispose]();
  expect(await following).toMatch(/^Nothing answers at/);
});

test('says what is wrong', async () => {
  const { simulator, make, run } = await setUp();
  await using _simulator = simulator;
  await expect(run()).rejects.toThrow('Name the function: headwater logs FUNCTION');
  await expect(run('orders')).rejects.toThrow('There is no log group /aws/lambda/orders: nothing was logged there yet');
  await make();
  await expect(run('orders', '--since', 'soon')).rejects.toThrow(
    '--since takes a time or how long ago, e.g. 5m; got "soon"',
  );
  await expect(run('orders', '--filter', 'a-b')).rejects.toThrow(`Invalid character(s) in term 'a-b'`);
});
