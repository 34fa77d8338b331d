// README.md, "Configuration": a name that nothing has is refused by a sentence that says which it is, wherever it stands.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestKit, type TestKit } from '../../src/testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-config-names-'));
mkdirSync(join(folder, 'code'));
writeFileSync(join(folder, 'code/index.mjs'), 'export const handler = async () => 1;');
const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;
const f = { code: { folder: join(folder, 'code') }, runtime, handler: 'index.handler' };
const events = ['s3:ObjectCreated:*'];

let kit: TestKit;
beforeAll(async () => {
  kit = await startTestKit({ codeRoot: folder, warn: () => {} });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function apply(config: object) {
  const body = JSON.stringify({ functions: { f }, ...config });
  const response = await fetch(`${kit.endpoint}/_headwater/apply`, { method: 'POST', body });
  const { applied, message } = (await response.json()) as {
    readonly applied?: readonly { readonly what: string; readonly change: string }[];
    readonly message?: string;
  };
  return message ?? applied?.map(({ what, change }) => `${change} ${what}`);
}

describe('a name that nothing has is refused', () => {
  test.each([
    [{ mappings: [{ eventSource: 'nope', function: 'f' }] }, 'mapping nope → f', 'queue'],
    [{ queues: { q: {} }, mappings: [{ eventSource: 'q', function: 'nope' }] }, 'mapping q → nope', 'function'],
    [
      { streams: { clicks: {} }, mappings: [{ eventSource: 'clicks', function: 'f', onFailure: 'nope' }] },
      'mapping clicks → f',
      'queue',
    ],
    [{ queues: { q: { redrivePolicy: { deadLetterTarget: 'nope', maxReceiveCount: 3 } } } }, 'queue q', 'queue'],
    [{ functions: { f: { ...f, deadLetterTarget: 'nope' } } }, 'function f', 'queue'],
    [{ functions: { f: { ...f, eventInvokeConfig: { onFailure: 'nope' } } } }, 'function f', 'queue'],
    [{ buckets: { uploads: { notifications: [{ events, function: 'nope' }] } } }, 'bucket uploads', 'function'],
    [{ buckets: { uploads: { notifications: [{ events, queue: 'nope' }] } } }, 'bucket uploads', 'queue'],
    [{ buckets: { uploads: { notifications: [{ events, topic: 'nope' }] } } }, 'bucket uploads', 'topic'],
    [{ logGroups: { g: { subscriptionFilters: { all: { function: 'nope' } } } } }, 'log group g', 'function'],
    [{ logGroups: { g: { subscriptionFilters: { all: { stream: 'nope' } } } } }, 'log group g', 'stream'],
  ])('%j', async (config, what, kind) => {
    expect(await apply(config)).toBe(
      `The config's ${what} was refused: There is no ${kind} "nope": declare it, or correct the name; an ARN is taken as it is`,
    );
  });
});

test('a queue may be called as what every object has', async () => {
  const functions = { f: { ...f, deadLetterTarget: 'constructor' } };
  const mappings = [{ eventSource: 'constructor', function: 'f' }];
  expect(await apply({ queues: { constructor: {} }, functions, mappings })).toEqual([
    'created queue constructor',
    expect.stringMatching(/^(created|updated) function f$/),
    'created mapping constructor → f',
  ]);
});

test('a rule with neither a pattern nor an expression is not sent to look an expression up', async () => {
  expect(await apply({ rules: { r: {} } })).toMatch(/must be specified\.$/);
});
