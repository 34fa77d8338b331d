// A backend that cannot be used at the start: one line that names it without its password and says what to do, exit code 2.
// README.md, "Real backends"
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../../scripts/backends/native/child.ts';
import { examineRedis } from '../../src/backends/redis/examine.ts';
import { openRedis } from '../../src/backends/redis/link.ts';
import { systemRandom } from '../../src/core/random.ts';
import { startHeadwater } from '../../src/index.ts';
import { backends, describeOn } from '../support/backends.ts';
import { buildCli } from '../support/built-headwater.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { createFaultyEngine, type FaultyEngine } from './faulty-engine.ts';

const run = promisify(execFile);
const silent = () => {};
const EVENTUALLY = { timeout: 3 * PATIENCE_MS, interval: 20 };

test.each([
  ['--redis', 'redis://user:secret@127.0.0.1:1', 'Redis at 127.0.0.1:1'],
  ['--kafka', '127.0.0.1:1', 'Kafka at 127.0.0.1:1'],
  ['--minio', 'http://user:secret@127.0.0.1:1', 'MinIO at 127.0.0.1:1'],
])('%s that does not answer is waited for until the deadline, and ends with 2', async (flag, url, name) => {
  const args = [cli, 'up', '--port', '0', '--ephemeral', '--backend-deadline', '1', flag, url];
  const failure = await run(process.execPath, args).catch((error) => error);
  expect(failure).toMatchObject({ code: 2 });
  const why = `${name} does not answer (connect ECONNREFUSED 127.0.0.1:1)`;
  expect(failure.stderr.trim().split('\n')).toEqual([
    `warning: ${why}; trying for 1 s`,
    `headwater: ${why}; start it, or correct its address`,
  ]);
});

let cli: string;
beforeAll(() => {
  cli = buildCli('faults');
});

describeOn(['redis'], 'Redis', () => {
  let redis: FaultyEngine;
  beforeAll(async () => {
    redis = await createFaultyEngine('redis');
    await redis.start();
  });
  afterAll(() => redis[Symbol.asyncDispose]());
  const options = (url: string) => ({ url, namespace: 'test', deadlineMs: 0, told: silent });

  test('that refuses user and password is not waited for', async () => {
    const url = redis.url.replace('//', '//user:secret@');
    await expect(openRedis({ ...options(url), deadlineMs: 60_000 })).rejects.toMatchObject({
      code: 'BACKEND_REFUSED',
      message: expect.stringMatching(
        /^Redis at \S+ refuses the user and password in its URL \(WRONGPASS\); correct them/,
      ),
    });
  });

  test('that is a replica is refused with the name of its primary', async () => {
    await using link = await openRedis(options(redis.url));
    await link.ask((client) => client.replicaof('127.0.0.1', '1'));
    await expect(openRedis(options(redis.url))).rejects.toThrow(
      'is a replica, which takes no writes; name its primary, 127.0.0.1:1',
    );
    await link.ask((client) => client.replicaof('NO', 'ONE'));
  });

  test('that goes away while what the config declares is made is waited for', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `queue-${index}`);
    const told: string[] = [];
    const port = await freePort();
    // So that much of it is left when the line is cut, however busy the machine is.
    redis.line.slow(5);
    const starting = startHeadwater({
      ...{ port, ephemeral: true, redis: redis.url, warn: (line: string) => told.push(line) },
      ...{ namespace: `amid-${systemRandom.uuid()}` },
      config: { queues: Object.fromEntries(names.map((name) => [name, {}])) },
    });
    const sqs = new SQSClient({
      ...{ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1' },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    const isUnderWay = () => sqs.send(new GetQueueUrlCommand({ QueueName: 'queue-3' }));
    await vi.waitFor(isUnderWay, { ...EVENTUALLY, interval: 1 });
    redis.line.down();
    await vi.waitFor(() => expect(told).toContainEqual(expect.stringMatching(/is not available any more/)), EVENTUALLY);
    redis.line.restore();

    await using headwater = await starting;
    sqs.destroy();
    // It was cut amid the queues: the earlier ones were there when they were declared again.
    expect(headwater.applied.map(({ what }) => what)).toEqual(names.map((name) => `queue ${name}`));
    const changes = new Set(headwater.applied.map(({ change }) => change));
    expect(changes).toEqual(new Set(['unchanged', 'created']));
  });

  test('that may not keep functions, or is short of memory, is a problem that the doctor names', async () => {
    await using link = await openRedis(options(redis.url));
    await link.ask((client) => client.acl('SETUSER', 'poor', 'on', '>secret', '~*', '&*', '+@all', '-function'));
    await link.ask((client) => client.config('SET', 'maxmemory', '1000000000'));
    const url = redis.url.replace('//', '//poor:secret@');
    const problems = async (at: string) =>
      (await examineRedis(options(at))).flatMap(({ level, what, found }) =>
        level === 'problem' ? [`${what}: ${found}`] : [],
      );
    expect(await problems(redis.url)).toEqual([]);
    expect(await problems(url)).toEqual([
      expect.stringMatching(/^redis permissions: NOPERM .*function.*; give its user the rule/),
    ]);
    await link.ask((client) => client.config('SET', 'maxmemory', '100'));
    expect(await problems(redis.url)).toContainEqual(expect.stringMatching(/^redis memory: \d+ of 100 bytes are used/));
  });

  test('whose port speaks another protocol is not waited for in silence', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(openRedis(options(`redis://127.0.0.1:${port}`))).rejects.toThrow('is it Redis that listens there?');
    server.close();
  });
});

describeOn(['minio'], 'MinIO', () => {
  test('is refused where something else answers', async () => {
    const { openMinio } = await import('../../src/backends/minio/link.ts');
    const server = createServer((socket) =>
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi'),
    ).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://key:secret@127.0.0.1:${port}`;
    await expect(openMinio({ url, deadlineMs: 0, told: silent })).rejects.toThrow('is it MinIO that listens there?');
    server.close();
    const anonymous = (backends.minio ?? '').replace(/\/\/[^@]*@/, '//');
    await expect(openMinio({ url: anonymous, deadlineMs: 60_000, told: silent })).rejects.toMatchObject({
      code: 'BACKEND_REFUSED',
    });
  });
});
