// README.md, "Configuration": a config file is checked against one JSON schema, and a mistake is named by place, value and
// what is allowed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { HeadwaterConfig } from '../../src/config/declaration.ts';
import schema from '../../src/config/schema.json' with { type: 'json' };
import { checkLocated, decideSettings, loadConfig } from '../../src/config.ts';
import { promptTiming } from '../../src/core/timing.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'code'));
writeFileSync(join(folder, 'code.zip'), 'PK');

const written = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const refusal = (config: unknown) =>
  loadConfig(config as HeadwaterConfig).then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('what is refused', () => {
  test.each([
    [
      { queus: {} },
      'option "config": queus is not known; did you mean queues? the file takes $schema, settings, account,',
    ],
    [{ lambdas: {} }, 'lambdas is not known; the file takes $schema, settings, account,'],
    [
      { queues: { orders: { visibilityTimeout: 50_000 } } },
      'queues.orders.visibilityTimeout is 50000; it takes a whole number from 0 to 43200',
    ],
    [
      { queues: { orders: { delay: 5 } } },
      'queues.orders.delay is not known; queues.orders takes visibilityTimeout, delaySeconds,',
    ],
    [{ functions: { f: { runtime: 'nodejs22.x', handler: 'a.b' } } }, 'functions.f.code is missing'],
    [
      { streams: { 'two words': {} } },
      'streams has "two words"; a name there is a string that matches ^[a-zA-Z0-9_.-]{1,128}$',
    ],
    [{ tables: { ab: { partitionKey: { name: 'id' } } } }, 'tables has "ab"; a name there is a string that matches'],
    [
      { queues: { both: {} }, streams: { both: {} }, mappings: [{ eventSource: 'both', function: 'f' }] },
      'mappings.0.eventSource is "both", which is in queues and streams; give the ARN',
    ],
    [
      { buckets: { b: { notifications: [{ events: ['s3:ObjectCreated:*'] }] } } },
      'buckets.b.notifications.0 takes either "function" or "queue"',
    ],
    [
      { topics: { orders: { subscriptions: [{ rawMessageDelivery: true }] } } },
      'topics.orders.subscriptions.0 takes either "function" or "queue" or "endpoint"',
    ],
    [{ topics: { 'two words': {} } }, 'topics has "two words"; a name there is a string that matches'],
    [
      { rules: { r: { scheduleExpression: 'daily' } } },
      `rules.r.scheduleExpression is "daily"; it takes a string that matches ^(rate|cron)\\(; "headwater schedule next --rule 'daily'" says why`,
    ],
    [
      { schedules: { s: { scheduleExpression: '0 2 * * *', target: { queue: 'q' } } } },
      `"headwater schedule next '0 2 * * *'" says why`,
    ],
    [
      { rules: { r: { targets: [{ queue: 'q', function: 'f' }] } } },
      'rules.r.targets.0 takes either "function" or "queue" or "topic"',
    ],
    [{ schedules: { s: { scheduleExpression: 'rate(1 day)' } } }, 'schedules.s.target is missing'],
    [{ logGroups: { g: { retentionInDays: 2 } } }, 'logGroups.g.retentionInDays is 2; it takes 1 or 3 or 5'],
    [
      {
        queues: { both: {} },
        topics: { both: {} },
        mappings: [{ eventSource: 'q', function: 'f', onFailure: 'both' }],
      },
      'mappings.0.onFailure is "both", which is in queues and topics; give the ARN',
    ],
    [{ settings: { clock: 'fast' } }, 'settings.clock is "fast"; it takes a string that matches'],
    [{ settings: { timing: 'quick' } }, 'settings.timing is "quick"; it takes "prompt" or "aws"'],
    [{ mappings: {} }, 'mappings is {}; it takes an array'],
  ])('%j', async (config, message) => {
    expect(await refusal(config)).toContain(message);
  });

  test('names all mistakes at once', async () => {
    const message = await refusal({ queues: { a: { delaySeconds: -1 }, b: { delaySeconds: 'x' } } });
    expect(message).toContain('queues.a.delaySeconds is -1');
    expect(message).toContain('queues.b.delaySeconds is "x"');
  });

  test('code that is neither a folder nor an archive', async () => {
    const f = { code: './nowhere', runtime: 'nodejs22.x', handler: 'a.b' };
    expect(await refusal({ functions: { f } })).toMatch(
      /functions\.f\.code: .*nowhere is neither a folder nor a \.zip/,
    );
  });

  test('a file that is missing, is not JSON, or is of another kind', async () => {
    await expect(loadConfig(join(folder, 'none.json'))).rejects.toThrow(/none\.json does not exist; correct its name$/);
    await expect(loadConfig(written('broken.json', '{'))).rejects.toThrow(/broken\.json is not JSON/);
    const comma = written('comma.json', '{\n  "queues": {\n    "a": {},\n  }\n}');
    await expect(loadConfig(comma)).rejects.toThrow(/comma\.json is not JSON: .*\(line 4 column 3\)$/);
    await expect(loadConfig(written('config.yaml', ''))).rejects.toThrow(/has to end in \.json or \.ts/);
    await expect(loadConfig(written('broken.ts', 'export const a = ;'))).rejects.toThrow(
      /broken\.ts could not be read/,
    );
    await expect(loadConfig(written('none.ts', 'export const a = 1;'))).rejects.toThrow(/no default export/);
  });

  test('a declaration over the admin API whose code is not located', async () => {
    const f = { code: { folder: 7 }, runtime: 'nodejs22.x', handler: 'a.b' };
    await expect(checkLocated({ functions: { f } })).rejects.toThrow('functions.f.code takes {"folder"} or {"zip"}');
  });
});

describe('what is read', () => {
  const functions = {
    live: { code: './code', runtime: 'nodejs22.x', handler: 'index.handler' },
    packed: { code: './code.zip', runtime: 'python3.13', handler: 'index.handler' },
  };

  test('paths are relative to the config file, whose folder is the code root', async () => {
    const file = written('paths.json', JSON.stringify({ settings: { dataDir: './state' }, functions }));
    const { options, config } = await loadConfig(file);
    expect(options).toEqual({ dataDir: join(folder, 'state'), codeRoot: folder });
    expect(config.functions['live']?.code).toEqual({ folder: join(folder, 'code') });
    expect(config.functions['packed']?.code).toEqual({ zip: Buffer.from('PK').toString('base64') });
  });

  test('a TypeScript file with its imports', async () => {
    written('names.ts', 'export const queue: string = "orders";');
    const file = written('from.ts', 'import { queue } from "./names.ts";\nexport default { queues: { [queue]: {} } };');
    expect((await loadConfig(file)).config.queues).toEqual({ orders: {} });
  });
});

describe('options', () => {
  test('have the defaults that the README states', () => {
    const settings = decideSettings({ ephemeral: true });
    expect(settings).toMatchObject({ port: 4566, host: '127.0.0.1', clock: 'real', accountConcurrency: 1000 });
    expect(settings.dataDir).toBeUndefined();
    expect(settings.timing).toEqual(promptTiming);
  });

  test.each([
    [{ port: 65_536 }, 'option "port" takes a whole number from 0 to 65535; got 65536'],
    [{ clock: 'scaled:0' as const }, 'option "clock" takes "real", "virtual" or "scaled:N"'],
    [{ timings: { asyncRetryDelaysMs: [1] } }, 'option "timings.asyncRetryDelaysMs" takes 2 numbers of milliseconds'],
    [{ timings: { pollCadenceMs: -1 } }, 'option "timings.pollCadenceMs" takes a number from 0, e.g. 0; got -1'],
    [{ codeRoot: '/not/there' }, 'option "codeRoot" takes a folder that is there; got "/not/there"'],
    [{ runtimes: { node: process.execPath } }, 'takes the identifier of a runtime, e.g. nodejs22.x'],
    [{ runtimes: { 'nodejs22.x': '/not/there' } }, 'takes the path of an interpreter for nodejs22.x; got "/not/there"'],
    [{ timings: { poll: 1 } as object }, 'option "timings.poll" is unknown; known are asyncRetryDelaysMs,'],
    [{ maxEnvironments: 0 }, 'option "maxEnvironments" takes a whole number from 1 to 10000; got 0'],
  ])('refuses %j', (options, message) => {
    expect(() => decideSettings(options)).toThrow(message);
  });

  test('a single wait overrides the preset, whichever that is', () => {
    const { timing } = decideSettings({ timing: 'aws', timings: { functionStateDelayMs: 5 } });
    expect(timing).toMatchObject({ functionStateDelayMs: 5, mappingStateDelayMs: 10_000 });
  });

  test('every wait that exists is in the schema, and no other', () => {
    const { properties } = schema.definitions.settings.properties.timings;
    expect(Object.keys(properties).sort()).toEqual(Object.keys(promptTiming).sort());
  });
});
