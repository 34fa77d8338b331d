// README.md, "Replay": the commands replay, redrive and record as users run them.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildCli, type HeadwaterProcess, headwaterUp } from '../support/built-headwater.ts';
import { projectRoot } from '../support/source-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-cli-replay-'));
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
const arn = (stream: string) => `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`;
const PAYMENTS = join(projectRoot, 'examples/payments/payments.jsonl');

let cli: string;
let up: HeadwaterProcess;
beforeAll(async () => {
  cli = buildCli('cli-replay');
  mkdirSync(join(folder, 'code'));
  writeFileSync(
    join(folder, 'code/index.mjs'),
    "export const handler = async ({ Records }) => { if (Records.length === 1) throw new Error('only one'); };",
  );
  const functions = { pairs: { code: './code', runtime, handler: 'index.handler', timeout: 20 } };
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ streams: { payments: {}, copy: {} }, functions }));
  up = await headwaterUp(cli, ['--ephemeral', '--config', 'config.json'], { cwd: folder });
  expect(headwater('replay', PAYMENTS).status).toBe(0);
});
afterAll(async () => {
  await up[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], input?: string) {
  const all = [cli, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: folder, encoding: 'utf8', input });
  return { status, stdout, stderr };
}

const headwater = (...args: string[]) => run([...args, '--endpoint', up.endpoint]);

test('record writes what a stream holds, and replay publishes the file elsewhere', () => {
  expect(headwater('record', arn('payments'), '--out', 'payments.jsonl')).toMatchObject({ status: 0, stdout: '' });
  const lines = readFileSync(join(folder, 'payments.jsonl'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(10);
  const { status, stdout } = headwater('replay', 'payments.jsonl', '--into', arn('copy'));
  expect(status).toBe(0);
  expect(stdout).toMatch(/^published +shardId-000000000000:\d+ into .*stream\/copy\n/);
  expect(stdout).toMatch(/replay [0-9a-f-]{36}: 10 succeeded, 0 failed, 10 records\n$/);
  const data = (text: string) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).data);
  expect(data(headwater('record', arn('copy')).stdout)).toEqual(data(lines.join('\n')));
});

test('record leaves a file alone where there is nothing to record from', () => {
  writeFileSync(join(folder, 'kept.jsonl'), 'kept');
  expect(headwater('record', arn('none'), '--out', 'kept.jsonl').status).toBe(2);
  expect(readFileSync(join(folder, 'kept.jsonl'), 'utf8')).toBe('kept');
});

test('replay tells of each batch, and exits with 1 when one failed', () => {
  const { status, stdout } = headwater('replay', arn('payments'), '--function', 'pairs', '--batch-size', '3');
  expect(stdout).toMatch(/^ok +3 records of shardId-000000000000 \(\d+–\d+\) to pairs {2}\(request [0-9a-f-]{36}\)\n/);
  expect(stdout).toMatch(/function-error +1 record of [^\n]*\n +\{"errorType":"Error","errorMessage":"only one"/);
  expect(stdout).toMatch(/3 succeeded, 1 failed, 10 records\n$/);
  expect(status).toBe(1);
  const events = headwater('events').stdout;
  expect(events).toMatch(/batch +Replay [0-9a-f-]{36}: 3 records of shardId-000000000000 to pairs again/);
});

test('redrive takes a record, or what the AWS CLI prints, from a file or standard input', () => {
  const numbers = headwater('record', arn('payments'))
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line).sequence);
  const record = {
    requestContext: { functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:pairs' },
    KinesisBatchInfo: {
      ...{ shardId: 'shardId-000000000000', startSequenceNumber: numbers[2], endSequenceNumber: numbers[4] },
      ...{ batchSize: 3, streamArn: arn('payments') },
    },
  };
  writeFileSync(join(folder, 'failure.json'), JSON.stringify(record, null, 2));
  expect(headwater('redrive', 'failure.json')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^ok +3 records/),
  });
  const messages = JSON.stringify({ Messages: [{ Body: JSON.stringify(record) }, { Body: 'hello' }] });
  const { status, stdout } = run(['redrive', '-', '--endpoint', up.endpoint], messages);
  expect(stdout).toMatch(/^ok +3 records.*\nleft out +record 2: is no record of a failure/);
  expect(status).toBe(1);
});

describe('wrong use exits with 2 and says what is right', () => {
  test.each([
    [['replay', 'none.jsonl'], 'There is no file none.jsonl; a stream is named by its ARN'],
    [['replay', 'config.json', '--shard', 's'], '--shard goes with a stream or the journal, not with a FILE'],
    [['replay', arn('payments'), '--into', 'x'], '--into goes with a FILE'],
    [['replay', arn('payments'), '--batch-size', 'x'], '--batch-size takes a whole number'],
    [
      ['replay', arn('payments'), '--function', 'pairs', '--from', '1', '--since', '1h'],
      'Only one of --from, --after and --since',
    ],
    [['replay', arn('none'), '--function', 'pairs'], 'There is no stream'],
    [['replay', '--function', 'pairs', '--since', 'yesterday'], 'headwater: --since takes an instant, e.g. 2026'],
    [
      ['replay', arn('payments'), '--function', 'pairs', '--after', 'from'],
      '--after takes a sequence number; got "from"',
    ],
    [['replay', 'arn:none', '--function', 'pairs'], 'STREAM_ARN takes an ARN; got "arn:none"'],
    [['replay', '--move-checkpoint'], '--move-checkpoint needs the --mapping whose place it moves'],
    [['replay', PAYMENTS, '--into', 'copy'], '--into takes an ARN; got "copy"'],
    [['replay', '--journal', '--event', 'NOPE'], 'headwater: The journal has nothing about NOPE'],
    [['redrive'], 'takes either a FILE or --queue'],
    [['redrive', 'none.json'], 'none.json could not be read'],
    [['redrive', '--queue', 'none'], 'There is no queue arn:aws:sqs:us-east-1:000000000000:none'],
    [['redrive', 'failure.json', '--region', 'eu-west-1'], '--region goes with --queue'],
    [
      ['redrive', '--queue', 'arn:aws:sqs:us-east-1:000000000000:q', '--region', 'x'],
      '--region says nothing beside the',
    ],
    [['record'], 'takes the ARN of one stream'],
    [['record', 'nope'], 'takes the ARN of one stream, like arn:aws:kinesis:us-east-1:000000000000:stream/orders; got'],
    [['record', arn('payments'), '--since', 'then'], 'headwater: --since takes an instant'],
    [['record', arn('none')], 'There is no stream'],
    [['record', arn('payments'), '--out', 'no/such/folder'], 'no/such/folder cannot be written'],
  ])('%j', (args, message) => {
    const { status, stderr } = headwater(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
