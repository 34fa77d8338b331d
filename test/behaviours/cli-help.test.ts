// README.md, "Command line": help, versions and exit codes of the command as users run it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, headwaterUp } from '../support/built-headwater.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-cli-'));
let cli: string;
beforeAll(() => {
  cli = buildCli('cli-help');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function headwater(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const COMMANDS = [
  'up',
  'apply',
  'events',
  'logs',
  'replay',
  'redrive',
  'record',
  'advance',
  'schedule',
  'idle',
  'reset',
  'doctor',
  'schema',
];

describe('help', () => {
  test('of the program lists every command and exits with 0', () => {
    const { status, stdout } = headwater('--help');
    expect(status).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  test.each(COMMANDS)('of %s exits with 0 and shows an example', (command) => {
    const { status, stdout } = headwater(command, '--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Examples\n(  .*\n)*  .*headwater ${command}`));
  });

  test('is shown to who gives no command, with exit code 2', () => {
    expect(headwater()).toMatchObject({ status: 2, stdout: expect.stringContaining('Commands') });
  });

  test('--version prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(headwater('--version')).toMatchObject({ status: 0, stdout: `${version}\n` });
  });

  test('schema prints a JSON schema', () => {
    const { status, stdout } = headwater('schema');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Headwater configuration' });
  });
});

describe('a mistake exits with 2, says what, which one and what to do', () => {
  test.each([
    [['evnts'], 'headwater: unknown command "evnts". Did you mean "events"?'],
    [['up', '--port', '0', '--data-dir', process.execPath], 'choose another with --data-dir, or --ephemeral'],
    [['up', '--ephemerl'], 'Unknown option --ephemerl of "headwater up"; did you mean --ephemeral?'],
    [['up', '--port', '70000'], '--port takes a whole number from 0 to 65535; got 70000'],
    [['up', '--clock', 'fast'], '--clock takes "real", "virtual" or "scaled:N"'],
    [['up', '--config', 'none.json'], 'The config file none.json does not exist; correct its name'],
    [['apply', 'none.json'], 'The config file none.json does not exist; correct its name'],
    [['apply'], 'There is neither headwater.config.json nor headwater.config.ts here; name one: headwater apply FILE'],
    [['advance'], '"headwater advance" takes one duration, e.g. 90s or 1h'],
    [['advance', '1w'], '"headwater advance" takes a duration like 90s, 1h30m, 2d or PT24H; got "1w"'],
    [['idle', '--timeout', 'x'], '--timeout takes a whole number of milliseconds; got "x"'],
    [['events', '--endpoint', 'here'], '--endpoint takes a URL'],
    [
      ['idle', '--endpoint', 'http://127.0.0.1:1'],
      'Nothing answers at http://127.0.0.1:1; start one with "headwater up"',
    ],
  ])('%j', (args, message) => {
    const { status, stderr } = headwater(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  test('a config that does not fit the schema', () => {
    writeFileSync(join(folder, 'wrong.json'), '{"queues":{"orders":{"visibilityTimeout":50000}}}');
    const { status, stderr } = headwater('up', '--config', 'wrong.json');
    expect(stderr).toContain(
      'wrong.json: queues.orders.visibilityTimeout is 50000; it takes a whole number from 0 to 43200',
    );
    expect(status).toBe(2);
  });

  test('a variable whose name was mistyped, in up and doctor', () => {
    const env = { ...process.env, HEADWATER_DATADIR: 'elsewhere' };
    const hint = 'HEADWATER_DATADIR +is not known and sets nothing; did you mean HEADWATER_DATA_DIR\\?';
    const said = (...args: string[]) =>
      spawnSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8', env });
    expect(said('up', '--port', '70000').stderr).toMatch(new RegExp(`^warning: ${hint}\nheadwater: --port`));
    expect(said('doctor', '--port', '0').stdout).toMatch(new RegExp(`^warning +${hint}$`, 'm'));
  });

  test('a port in use, with the flag', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, stderr } = headwater('up', '--ephemeral', '--port', String(port));
    expect(stderr).toMatch(new RegExp(`${port}.*in use.*--port`));
    expect(status).toBe(2);
    server.close();
  });
});

describe('up', () => {
  test('prints the endpoint that it chose, says how to use it, and stops cleanly at SIGTERM', async () => {
    const dataDir = join(folder, 'state');
    await using up = await headwaterUp(cli, ['--data-dir', dataDir], { cwd: folder });
    expect((await fetch(`${up.endpoint}/_headwater/health`)).status).toBe(200);
    const exited = once(up.process, 'exit');
    up.process.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(up.output()).toContain(`export AWS_ENDPOINT_URL=${up.endpoint}`);
    expect(up.output()).toMatch(/memory +functions are bounded by \S+/);
    expect(() => readFileSync(join(dataDir, 'headwater.pid'))).toThrow();
  });

  test('a second one in the same data directory stops with 2 and names the first', async () => {
    const dataDir = join(folder, 'shared');
    await using up = await headwaterUp(cli, ['--data-dir', dataDir], { cwd: folder });
    const { status, stderr } = headwater('up', '--port', '0', '--data-dir', dataDir);
    expect(stderr).toContain(`is in use by process ${up.process.pid}`);
    expect(status).toBe(2);
  });

  test('takes over what a killed one left, with the state in it', async () => {
    const dataDir = join(folder, 'killed');
    writeFileSync(join(folder, 'one-queue.json'), '{"queues":{"orders":{}}}');
    const args = ['--data-dir', dataDir, '--config', 'one-queue.json'];
    const first = await headwaterUp(cli, args, { cwd: folder });
    await first.kill();
    await using second = await headwaterUp(cli, args, { cwd: folder });
    await expect.poll(() => second.output()).toContain('1 declared, 0 changed');
  });

  test('prints function logs as they come; a second signal ends it at once, whatever still runs', async () => {
    mkdirSync(join(folder, 'slow'));
    const code =
      "export const handler = async () => { console.log('begun'); await new Promise((end) => setTimeout(end, 60_000)); };";
    writeFileSync(join(folder, 'slow/index.mjs'), code);
    const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
    const functions = { slow: { code: './slow', runtime, handler: 'index.handler', timeout: 60 } };
    writeFileSync(join(folder, 'slow.json'), JSON.stringify({ functions }));
    await using up = await headwaterUp(cli, ['--ephemeral', '--config', 'slow.json'], { cwd: folder });
    const invoke = { method: 'POST', headers: { 'x-amz-invocation-type': 'Event' } };
    const accepted = await fetch(`${up.endpoint}/2015-03-31/functions/slow/invocations`, invoke);
    expect(accepted.status).toBe(202);
    await expect.poll(up.output).toMatch(/^slow \| .*begun/m);
    const exited = once(up.process, 'exit');
    up.process.kill('SIGINT');
    await expect.poll(up.output).toContain('SIGINT: stopping');
    up.process.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
  });

  test('the other commands steer it', async () => {
    await using up = await headwaterUp(cli, ['--ephemeral', '--clock', 'virtual'], { cwd: folder });
    const steer = (...args: string[]) => headwater(...args, '--endpoint', up.endpoint);
    const before = Date.parse(steer('advance', '0s').stdout.trim());
    expect(Date.parse(steer('advance', '1h').stdout.trim()) - before).toBe(3_600_000);
    expect(steer('idle', '--timeout', '5000')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('"idle":true'),
    });
    writeFileSync(join(folder, 'more.json'), '{"queues":{"more":{}}}');
    expect(steer('apply', 'more.json').stdout).toBe('created   queue more\n');
    expect(steer('apply', 'more.json').stdout).toBe('unchanged queue more\n');
    expect(steer('reset', 'sqs')).toMatchObject({ status: 0, stdout: 'reset: sqs\n' });
    expect(steer('apply', 'more.json').stdout).toBe('created   queue more\n');
    expect(steer('reset', 'ses')).toMatchObject({ status: 2, stderr: expect.stringContaining('got "ses"') });
    expect(steer('events').stdout).toMatch(/decision +Reset sqs/);
    expect(JSON.parse(steer('events', '--json', '--limit', '1').stdout)).toMatchObject({ offset: 0 });
  });
});

describe('who reads may stop', () => {
  test('as head does, which is no mistake', () => {
    const { stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${cli}" schema | true`], { encoding: 'utf8' });
    expect(stderr).toBe('');
  });

  test('and up goes on until it is told to stop', async () => {
    const dataDir = join(folder, 'unread');
    await using up = await headwaterUp(cli, ['--data-dir', dataDir], { cwd: folder });
    up.process.stdout?.destroy();
    const exited = once(up.process, 'exit');
    up.process.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(() => readFileSync(join(dataDir, 'headwater.pid'))).toThrow();
  });
});

test('logs --follow goes on for as long as nothing was logged', async () => {
  await using up = await headwaterUp(cli, ['--ephemeral'], { cwd: folder });
  const follower = spawn(process.execPath, [cli, 'logs', 'orders', '--follow', '--endpoint', up.endpoint]);
  const exited = once(follower, 'exit');
  const searches = async () => {
    const journal = await fetch(`${up.endpoint}/_headwater/journal`);
    return (await journal.text()).split('logs FilterLogEvents').length - 1;
  };
  await expect.poll(searches).toBeGreaterThan(2);
  follower.kill();
  expect(await exited).toEqual([null, 'SIGTERM']);
});

test('doctor names no data directory where all is kept elsewhere, and exits with 1 when nothing answers there', () => {
  const at = ['--redis', 'redis://127.0.0.1:1', '--kafka', '127.0.0.1:1', '--minio', 'http://key:secret@127.0.0.1:1'];
  const { status, stdout } = headwater('doctor', '--port', '0', ...at, '--backend-deadline', '1');
  expect(stdout).toMatch(/^ok +state +nothing is kept on this machine$/m);
  expect(stdout.match(/^problem/gm)).toHaveLength(3);
  expect(status).toBe(1);
});

test('doctor says what runs functions here, and exits with 0 when nothing is wrong', () => {
  const { status, stdout } = headwater('doctor', '--port', '0');
  expect(stdout).toMatch(/nodejs\d+\.x +\d+\.\d+\.\d+|nodejs\d+\.x +runs on/);
  expect(stdout).toMatch(/memory of functions +\S+/);
  expect(status).toBe(0);
});

test('doctor finds a problem in a data directory that up would refuse', () => {
  const { status, stdout } = headwater('doctor', '--port', '0', '--data-dir', join(process.execPath, 'state'));
  expect(stdout).toMatch(/^problem +state +The data directory .* cannot be used \(.*choose another with --data-dir/m);
  expect(status).toBe(1);
});
