// https://docs.aws.amazon.com/lambda/latest/dg/lambda-typescript.html
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html#nodejs-package-searchpath: the SDK is built in, and what
// the function packed wins.

import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openBench } from './runtimes-fixture.ts';

/** Stands where the gateway does: notes what the handler's SDK calls, and answers as STS would. */
const calls: string[] = [];
const gateway = createServer((request, response) => {
  calls.push(`${request.method} ${request.headers.authorization ?? ''}`);
  request.resume().on('end', () => {
    response.setHeader('content-type', 'text/xml');
    response.end(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
    );
  });
});
beforeAll(() => new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve)));

const bench = openBench({ endpoint: () => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}` });
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
  gateway.close();
});

describe('a TypeScript handler', () => {
  const live = (files: Readonly<Record<string, string>>) => bench.define(files, { live: true });

  test('runs from its folder as it is', async () => {
    const fn = live({
      'lib/greet.ts': "export const greet = (name: string): string => 'hello ' + name;",
      'index.ts':
        "import { greet } from './lib/greet';\nexport const handler = async (event: { name: string }) => greet(event.name);",
    });
    expect((await bench.call(fn, { name: 'ts' })).value).toBe('hello ts');
  });

  test('runs as an ES module where its folder says so, and finds the files beside it', async () => {
    const fn = live({
      'package.json': '{"type":"module"}',
      'data.json': '{"n":1}',
      'index.ts': `import { readFile } from 'node:fs/promises';
        const data: { n: number } = JSON.parse(await readFile(new URL('data.json', import.meta.url), 'utf8'));
        export const handler = async () => data.n;`,
    });
    expect((await bench.call(fn)).value).toBe(1);
  });

  test('shows its own lines in stack traces', async () => {
    const fn = live({
      'index.ts': "interface Gone {}\n\nexport const handler = async () => {\n  throw new Error('here');\n};\n",
    });
    const called = await bench.call(fn);
    expect(called.value.trace[1]).toContain(`${join(fn.codeDir, 'index.ts')}:4:9`);
  });

  test('is built again when a source changed', async () => {
    const fn = live({ 'index.ts': 'export const handler = async () => 1 as number;' });
    expect((await bench.call(fn)).value).toBe(1);
    writeFileSync(join(fn.codeDir, 'index.ts'), 'export const handler = async () => 22 as number;');
    expect((await bench.call({ ...fn, revision: '2' })).value).toBe(22);
  });

  test('whose folder is gone says so', async () => {
    const fn = live({ 'index.ts': 'export const handler = async () => 1;' });
    rmSync(fn.codeDir, { recursive: true });
    expect((await bench.call(fn)).value).toEqual({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: `The folder ${fn.codeDir}, which the function runs from, is not there; each process that runs it needs it at that path`,
    });
  });

  test('with a mistake in it says where', async () => {
    const called = await bench.call(live({ 'index.ts': 'export const handler = = 1;' }));
    expect(called.value.errorType).toBe('Runtime.UserCodeSyntaxError');
    expect(called.value.errorMessage).toContain('index.ts:1:23');
  });
});

type SdkCase = readonly [what: string, files: Readonly<Record<string, string>>, live?: boolean];

describe('the AWS SDK', () => {
  const NODE_CALL = 'async () => (await new STSClient({}).send(new GetCallerIdentityCommand({}))).Account';
  const IMPORT = "import { STSClient, GetCallerIdentityCommand } from '@aws-sdk/client-sts';\n";
  const REQUIRE = "const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');\n";

  test.for<SdkCase>([
    ['an .mjs file', { 'index.mjs': `${IMPORT}export const handler = ${NODE_CALL}` }, false],
    [
      'a module folder',
      { 'package.json': '{"type":"module"}', 'index.js': `${IMPORT}export const handler = ${NODE_CALL}` },
      false,
    ],
    ['CommonJS', { 'index.js': `${REQUIRE}exports.handler = ${NODE_CALL}` }, false],
    ['TypeScript', { 'index.ts': `${IMPORT}export const handler = ${NODE_CALL}` }, true],
    [
      'a package that the function packed',
      {
        'index.js': "exports.handler = require('wrap').run",
        'node_modules/wrap/index.js': `${REQUIRE}exports.run = ${NODE_CALL}`,
      },
      false,
    ],
  ])('is there without being packed for %s, and calls us', async ([, files, live = false], { skip }) => {
    const fn = bench.define(files, { live, memoryMb: 512 });
    const called = await bench.call(fn);
    skip(fetchFailure() !== undefined, fetchFailure());
    expect(called.text).toBe('"111111111111"');
    expect(calls.at(-1)).toMatch(/^POST AWS4-HMAC-SHA256 Credential=ASIA\w+\/\d{8}\/us-east-1\/sts\//);
  });

  test('that the function packed wins', async () => {
    const fn = bench.define({
      'node_modules/@aws-sdk/client-sts/package.json': '{"name":"@aws-sdk/client-sts","main":"index.js"}',
      'node_modules/@aws-sdk/client-sts/index.js': "exports.mine = 'mine'",
      'index.mjs': "import sdk from '@aws-sdk/client-sts'; export const handler = async () => sdk.mine",
    });
    expect((await bench.call(fn)).value).toBe('mine');
  });

  test.for<SdkCase>([
    [
      'its own code',
      {
        'handler.py':
          'import boto3\ndef handler(event, context):\n  return boto3.client("sts").get_caller_identity()["Account"]',
      },
    ],
    [
      'a package that it packed',
      {
        'wrap/__init__.py': 'import importlib\nboto3 = importlib.import_module("boto3")',
        'handler.py':
          'import wrap\ndef handler(event, context):\n  return wrap.boto3.client("sts").get_caller_identity()["Account"]',
      },
    ],
  ])('for Python is there for %s, and calls us', async ([, files], { skip }) => {
    const fn = bench.define(files, {
      runtime: 'python3.11',
      handler: 'handler.handler',
      memoryMb: 512,
      timeoutMs: 60_000,
    });
    const called = await bench.call(fn);
    skip(fetchFailure() !== undefined, fetchFailure());
    expect(called.text).toBe('"111111111111"');
    expect(calls.at(-1)).toContain('us-east-1/sts/');
  });

  test('that cannot be fetched is named in a clear line, and the import fails as on AWS', async () => {
    await using offline = openBench({ cacheDir: join(bench.workDir, 'empty-cache') });
    const fn = offline.define({ 'index.js': "require('@aws-sdk/client-that-does-not-exist')" });
    const called = await offline.call(fn);
    expect(called.value.errorType).toBe('Runtime.ImportModuleError');
    expect(offline.warnings[0]).toContain('Fetching @aws-sdk/client-that-does-not-exist');
    expect(offline.warnings[1]).toContain('Could not fetch @aws-sdk/client-that-does-not-exist');
  });

  test('that no registry can be asked for is reported with the reason, and soon', async () => {
    vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9');
    vi.stubEnv('PIP_INDEX_URL', 'http://127.0.0.1:9/simple');
    await using offline = openBench({ cacheDir: join(bench.workDir, 'unreachable-cache') });
    await offline.call(offline.define({ 'index.js': "require('@aws-sdk/client-sts')" }));
    expect(offline.warnings.at(-1)).toMatch(/Could not fetch @aws-sdk\/client-sts: .*ECONNREFUSED/);
    await offline.call(offline.define({ 'index.py': 'import boto3' }, { runtime: 'python3.13' }));
    expect(offline.warnings.at(-1)).toMatch(/Could not fetch boto3: .*Connection refused/);
    vi.unstubAllEnvs();
  });

  /** Without a registry the promise cannot be tested here. */
  function fetchFailure(): string | undefined {
    return bench.warnings.find((line) => line.startsWith('Could not fetch'));
  }
});
