// Unmodified boto3 does the main job: https://docs.aws.amazon.com/boto3/latest/
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { projectRoot } from '../support/source-files.ts';
import { clientEnvironment } from './client-environment.ts';
import { type PythonClient, pythonClient } from './python-client.ts';

type Fact = Readonly<Record<string, unknown>>;

describe('boto3', () => {
  let client: PythonClient;
  let simulator: Simulator | undefined;
  let facts: readonly Fact[] = [];
  const fact = (step: string, index = 0) => facts.filter((line) => line['step'] === step)[index];

  beforeAll(async () => {
    client = await pythonClient('boto3');
    if (client.kind === 'absent') return;
    simulator = await startSimulator({ clock: 'real' });
    const env = clientEnvironment(simulator.endpoint);
    const python = join(client.bin, 'python');
    const journeys = ['journey.py', 'streams_journey.py'].map(async (journey) => {
      const script = join(projectRoot, 'test/wire', journey);
      const { stdout } = await promisify(execFile)(python, [script], { env, timeout: 150_000 });
      return stdout.trim().split('\n');
    });
    facts = (await Promise.all(journeys)).flat().map((line) => JSON.parse(line) as Fact);
  });
  afterAll(async () => await simulator?.[Symbol.asyncDispose]());

  const promise = (name: string, check: () => void) =>
    test(name, (context) => {
      if (client.kind === 'absent') context.skip(client.reason);
      check();
    });

  promise('deploys a function, a queue and a bucket, uploads, and the function runs and answers by the queue', () => {
    expect(fact('notified')).toMatchObject({ key: 'in/rows.csv' });
  });
  promise('invokes a function and reads its answer and the tail of its log', () => {
    expect(fact('invoked')).toMatchObject({ payload: { count: 0 }, tail: true });
  });
  promise('uploads in parts', () => {
    expect(fact('multipart')).toMatchObject({ size: 6 * 1024 * 1024, etag: expect.stringMatching(/-2"$/) });
  });
  promise('puts and gets through URLs signed with version 2', () => {
    expect(fact('presigned', 0)).toMatchObject({ version: 's3', body: 'hello' });
  });
  promise('puts and gets through URLs signed with version 4', () => {
    expect(fact('presigned', 1)).toMatchObject({ version: 's3v4', body: 'hello' });
  });
  promise('sends a batch to a FIFO queue and receives it in order', () => {
    expect(fact('fifo')).toMatchObject({ bodies: ['m0', 'm1', 'm2', 'm3', 'm4'] });
  });
  promise('raises its own exception for a queue that does not exist', () => {
    expect(fact('error')).toMatchObject({ code: 'AWS.SimpleQueueService.NonExistentQueue' });
  });
  promise('puts records into a stream and gets them back', () => {
    expect(fact('records')).toMatchObject({ data: ['00ff', '01ff', '02ff'] });
  });
  promise('subscribes to a shard', () => {
    expect(fact('pushed')).toMatchObject({ data: ['00ff', '01ff', '02ff'] });
  });
  promise('raises its own exception for a stream that does not exist', () => {
    expect(fact('absent')).toMatchObject({ message: 'Stream absent under account 000000000000 not found.' });
  });
  promise('writes and reads items as its resources have them', () => {
    expect(fact('updated')).toMatchObject({ count: '2.5' });
    expect(fact('scanned')).toMatchObject({ count: 31 });
  });
  promise('reads the changes of a table', () => {
    expect(fact('changes')).toMatchObject({ names: ['INSERT', 'MODIFY'], new: { N: '2.5' } });
  });
  promise('raises its own exception for a condition that does not hold', () => {
    expect(fact('refused')).toMatchObject({ message: 'The conditional request failed' });
  });
});
