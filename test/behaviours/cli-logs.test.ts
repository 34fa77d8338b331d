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
import { startSimulator } from '../support/simulator.ts';

afterEach(() => vi.restoreAllMocks());

async function setUp() {
  const simulator = await startSimulator();
  const { endpoint } = simulator;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new CloudWatchLogsClient({ endpoint, region: 'us-east-1', credentials });
  const named = { logGroupName: '/aws/lambda/orders', logStreamName: 'a' };
  const make = async () => {
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
  const run = (...args: string[]) => logs.run(parse(logs, [...args, '--endpoint', endpoint]));
  const printed = (line: string) =>
    new Promise<void>((resolve) => {
      heard = (each) => each === line && resolve();
    });
  return { simulator, make, put, lines, run, printed };
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

test('goes on as events come, also where there is no group yet', async () => {
  const { simulator, make, put, lines, run, printed } = await setUp();
  const first = printed('first');
  const following = run('orders', '--follow').catch((error: Error) => error.message);
  await make();
  await put('first\n');
  await first;
  const second = printed('second');
  await put('second\n');
  await second;
  expect(lines).toEqual(['first', 'second']);
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
