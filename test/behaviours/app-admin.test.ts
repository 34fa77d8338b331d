// README.md, "Admin API": steering and asking, for this machine only.
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAdmin } from '../../src/console/admin.ts';
import type { Administered } from '../../src/console/administered.ts';
import { createActivity } from '../../src/core/activity.ts';
import { durationMs } from '../../src/core/duration.ts';
import { BackendUnavailable } from '../../src/core/errors.ts';
import { ownIdleness } from '../../src/core/idleness.ts';
import { createVirtualClock } from '../../src/core/virtual-clock.ts';
import { createJournal } from '../../src/journal/journal.ts';

const activity = createActivity();
const clock = createVirtualClock(Date.parse('2026-01-01T00:00:00Z'), activity);
const journal = createJournal({ clock });
const resets: (readonly string[])[] = [];
const archive = new Uint8Array([80, 75, 3, 4]);
const heard: string[] = [];
let ready = true;
let backends: ReturnType<Administered['backends']> = {};

const common = {
  version: '1.2.3',
  hosts: new Set(['headwater']),
  ...{ clock, idleness: ownIdleness(activity), journal },
  stopping: new AbortController().signal,
  services: ['lambda', 's3', 'sqs'],
  isReady: () => ready,
  backends: () => backends,
  reset: async (services: readonly string[]) => void resets.push(services),
  settings: () => ({ port: 4566 }),
  code: async (sha256: string) => (sha256 === 'a'.repeat(64) ? archive : undefined),
  apply: async () => ({ applied: [] }),
  metrics: async () => 'headwater_up 1\n',
  certificate: async (file: string) => (file === 'known.pem' ? 'a certificate' : undefined),
  hearObjectEvent: async (notification: Uint8Array) => {
    if (Buffer.from(notification).toString() === 'away')
      throw new BackendUnavailable('MinIO at 127.0.0.1:9000', 'it is away');
    heard.push(Buffer.from(notification).toString());
  },
  replays: async () => {
    throw new Error('no replays here');
  },
};
const virtual = createServer(
  createAdmin({
    ...common,
    clockMode: 'virtual',
    advance: (byMs, deadlineMs) => clock.advance(byMs, deadlineMs === undefined ? {} : { deadlineMs }),
  }),
);
const real = createServer(createAdmin({ ...common, clockMode: 'real' }));
const portOf = (server: typeof real) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  for (const server of [virtual, real]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  for (const server of [virtual, real]) server.close().closeAllConnections();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: unknown, server = virtual): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${portOf(server)}/_headwater${path}`, {
    method,
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** `fetch` does not let a caller choose its Host header. */
function callAs(headers: Record<string, string>, path = '/health'): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: portOf(virtual), path: `/_headwater${path}`, headers };
    request(options, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

test('health says that it is up, and which version', async () => {
  expect(await call('GET', '/health')).toEqual({ status: 200, body: { status: 'ok', version: '1.2.3' } });
});

test('health is 503 until what the config declares is there: an upload before would set off nothing', async () => {
  ready = false;
  try {
    expect(await call('GET', '/health')).toEqual({ status: 503, body: { status: 'starting', version: '1.2.3' } });
  } finally {
    ready = true;
  }
});

test('health names the backends, and which of them are away: the process itself goes on', async () => {
  const [redis, kafka] = ['Redis at 127.0.0.1:6379', 'Kafka at 127.0.0.1:9092'] as const;
  try {
    backends = { [redis]: 'available', [kafka]: 'available' };
    expect(await call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'ok', backends } });
    backends = { [redis]: 'available', [kafka]: 'away' };
    expect(await call('GET', '/health')).toMatchObject({ status: 200, body: { status: 'degraded', backends } });
  } finally {
    backends = {};
  }
});

describe('who may call', () => {
  test.each(['localhost:4566', '127.0.0.1:4566', '127.8.9.1', '[::1]:4566', 'a.localhost', 'headwater:4566'])(
    'answers to the name %s',
    async (host) => {
      expect(await callAs({ host })).toBe(200);
    },
  );

  test.each(['evil.example', 'localhost.evil.example:4566', '192.168.1.4', 'xn--localhost'])(
    'refuses the name %s, which a page could have pointed here',
    async (host) => {
      expect(await callAs({ host })).toBe(403);
      expect(await callAs({ host }, '/journal')).toBe(403);
    },
  );

  test('refuses pages of other origins, and answers pages of this machine', async () => {
    expect(await callAs({ host: 'localhost', origin: 'https://evil.example' })).toBe(403);
    expect(await callAs({ host: 'localhost', origin: 'null' })).toBe(403);
    expect(await callAs({ host: 'localhost', origin: 'http://localhost:3000' })).toBe(200);
  });
});

describe('the clock', () => {
  test('says how it runs and what time it is', async () => {
    const { body } = await call('GET', '/clock');
    expect(body).toEqual({ clock: 'virtual', now: new Date(clock.nowMs()).toISOString(), nowMs: clock.nowMs() });
  });

  test('advances by milliseconds or a duration, firing what falls due', async () => {
    const before = clock.nowMs();
    let fired = false;
    clock.setTimer(90_000, () => {
      fired = true;
    });
    await call('POST', '/clock/advance', { byMs: 89_000 });
    expect(fired).toBe(false);
    const { status, body } = await call('POST', '/clock/advance', { by: 'PT1M' });
    expect({ status, fired }).toEqual({ status: 200, fired: true });
    expect(body).toEqual({ now: expect.any(String), nowMs: before + 149_000, stillRunning: [] });
  });

  test('says what still runs at the deadline', async () => {
    const token = activity.begin('a long function');
    const { body } = await call('POST', '/clock/advance', { byMs: 1000, deadlineMs: 20 });
    expect(body['stillRunning']).toEqual(['a long function']);
    token[Symbol.dispose]();
  });

  test.each([{}, { by: 'soon' }, { byMs: -1 }, { byMs: '10' }, { byMs: 1e20 }, { byMs: 1, deadlineMs: 'x' }])(
    'refuses to advance by %j',
    async (body) => {
      const answer = await call('POST', '/clock/advance', body);
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_DURATION' } });
    },
  );

  test('a clock that is not virtual cannot be advanced, and the refusal says what to do', async () => {
    const answer = await call('POST', '/clock/advance', { by: '1h' }, real);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'CLOCK_NOT_VIRTUAL',
      message: expect.stringContaining('--clock virtual'),
    });
  });

  test.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['500ms', 500],
    ['1.5d', 129_600_000],
    ['PT1H', 3_600_000],
    ['P1DT0.5S', 86_400_500],
    ['1 hour', undefined],
    ['', undefined],
    ['P', undefined],
    ['10', undefined],
  ])('reads the duration %j as %j', (text, expected) => {
    expect(durationMs(text)).toBe(expected);
  });
});

describe('idle', () => {
  test('says what is in progress and when the next thing is due', async () => {
    const token = activity.begin('work');
    using _probe = activity.probe(() => ({ dueNow: 2, nextDueAtMs: 1234 }));
    expect((await call('GET', '/idle')).body).toEqual({ idle: false, inFlight: 1, dueNow: 2, nextDueAt: 1234 });
    token[Symbol.dispose]();
  });

  test('waits until nothing is in progress, at most as long as asked', async () => {
    const token = activity.begin('work');
    const waiting = call('GET', '/idle?timeoutMs=20000');
    expect((await call('GET', '/idle?timeoutMs=10')).body['idle']).toBe(false);
    token[Symbol.dispose]();
    expect((await waiting).body).toEqual({ idle: true, inFlight: 0, dueNow: 0, nextDueAt: null });
  });

  test('refuses a timeout that is no number', async () => {
    expect(await call('GET', '/idle?timeoutMs=ten')).toMatchObject({ status: 400, body: { code: 'INVALID_QUERY' } });
  });
});

describe('the journal', () => {
  test('is read behind an offset, limited, and by event', async () => {
    const first = journal.nextOffset;
    journal.append({ kind: 'event', what: 'one', eventIds: ['e-1'] });
    journal.append({ kind: 'event', what: 'two', eventIds: ['e-2'] });
    const whats = async (query: string) => {
      const { body } = await call('GET', `/journal?${query}`);
      return (body['entries'] as readonly { readonly what: string }[]).map(({ what }) => what);
    };
    expect(await whats(`after=${first - 1}`)).toEqual(['one', 'two']);
    expect(await whats(`after=${first - 1}&limit=1`)).toEqual(['one']);
    expect(await whats('event=e-2')).toEqual(['two']);
  });

  test('follows: what is there, then what comes, one JSON object a line', async () => {
    journal.append({ kind: 'event', what: 'there already', eventIds: ['e-3'] });
    const response = await fetch(`http://127.0.0.1:${portOf(virtual)}/_headwater/journal?follow=1&event=e-3&limit=2`);
    expect(response.headers.get('content-type')).toContain('ndjson');
    const text = response.text();
    journal.append({ kind: 'event', what: 'of another', eventIds: ['e-4'] });
    journal.append({ kind: 'settle', what: 'came later', eventIds: ['e-3'] });
    const lines = (await text).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).what)).toEqual(['there already', 'came later']);
  });

  test('follows as server-sent events where the client asks for them', async () => {
    journal.append({ kind: 'event', what: 'for a page', eventIds: ['e-5'] });
    const response = await fetch(`http://127.0.0.1:${portOf(virtual)}/_headwater/journal?follow=1&event=e-5&limit=1`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(await response.text()).toMatch(/^id: \d+\ndata: \{.*"for a page".*\}\n\n$/);
  });

  test('ends its followers, and the waits for idle, when the endpoint stops', async () => {
    const stopping = new AbortController();
    const server = createServer(createAdmin({ ...common, clockMode: 'real', stopping: stopping.signal }));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    using _token = activity.begin('something endless');
    const admin = `http://127.0.0.1:${portOf(server)}/_headwater`;
    const following = await fetch(`${admin}/journal?follow=1`);
    const waiting = fetch(`${admin}/idle?timeoutMs=600000`);
    await once(server, 'request');
    stopping.abort();
    await following.text();
    expect((await waiting).status).toBe(200);
    server.close();
  });

  test('refuses a query that it cannot read', async () => {
    expect(await call('GET', '/journal?after=x')).toMatchObject({ status: 400, body: { code: 'INVALID_QUERY' } });
  });
});

describe('reset and the rest', () => {
  test('resets all services, or those named', async () => {
    expect((await call('POST', '/reset')).body).toEqual({ reset: ['lambda', 's3', 'sqs'] });
    expect((await call('POST', '/reset', { services: ['sqs'] })).body).toEqual({ reset: ['sqs'] });
    expect(resets).toEqual([['lambda', 's3', 'sqs'], ['sqs']]);
  });

  test('names the service that it does not know, and those it does', async () => {
    const { status, body } = await call('POST', '/reset', { services: ['sns'] });
    expect(status).toBe(400);
    expect(body['message']).toBe('"services" takes a list out of lambda, s3, sqs; got "sns"');
  });

  test('hands out the certificate that signs what topics send, by its file name only', async () => {
    const response = await fetch(`http://127.0.0.1:${portOf(virtual)}/_headwater/sns/known.pem`);
    expect(await response.text()).toBe('a certificate');
    expect((await call('GET', '/sns/other.pem')).body).toMatchObject({ code: 'UNKNOWN_CERTIFICATE' });
  });

  test('says what was measured as Prometheus reads it', async () => {
    const response = await fetch(`http://127.0.0.1:${portOf(virtual)}/_headwater/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toBe('headwater_up 1\n');
  });

  test('hands out a function’s archive by its hash only', async () => {
    const response = await fetch(`http://127.0.0.1:${portOf(virtual)}/_headwater/code/${'a'.repeat(64)}`);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(archive);
    expect((await call('GET', `/code/${'b'.repeat(64)}`)).status).toBe(404);
    expect((await call('GET', '/code/..%2f..%2fetc')).status).toBe(404);
  });

  test('answers errors as JSON with a code and a message', async () => {
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'UNKNOWN_PATH' } });
    const broken = await call('POST', '/reset', '{"services":');
    expect(broken).toMatchObject({ status: 400, body: { code: expect.any(String), message: expect.any(String) } });
  });
});

describe('POST /_headwater/object-events', () => {
  const tell = (body: string) =>
    fetch(`http://127.0.0.1:${portOf(real)}/_headwater/object-events`, { method: 'POST', body });

  test('hands on what MinIO tells by its webhook, byte by byte, and answers once it is done with', async () => {
    const response = await tell('{"EventName":"s3:ObjectCreated:Put","Key":"b/k"}');
    expect(response.status).toBe(204);
    expect(heard).toEqual(['{"EventName":"s3:ObjectCreated:Put","Key":"b/k"}']);
  });

  test('answers 503 while a backend is away, so that MinIO tells it again', async () => {
    const response = await tell('away');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  test('refuses a call that tells nothing', async () => {
    expect((await call('POST', '/object-events')).status).toBe(400);
  });
});
