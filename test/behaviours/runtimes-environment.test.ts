// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openBench } from './runtimes-fixture.ts';

const bench = openBench();
afterAll(() => bench[Symbol.asyncDispose]());

const js = (code: string, more = {}) => bench.define({ 'index.js': code }, more);
const python = (code: string, more = {}) =>
  bench.define({ 'handler.py': code }, { runtime: 'python3.11', handler: 'handler.handler', ...more });

/** A busy machine may take its time to end a process. */

/** The process that runs the function. */
const PID = 'exports.handler = async () => process.pid';

describe('an execution environment', () => {
  test('is reused, with what the code kept in memory', async () => {
    const fn = js('let calls = 0; exports.handler = async () => { calls += 1; return calls; }');
    expect((await bench.call(fn)).initMs).toBeGreaterThan(0);
    expect(await bench.call(fn)).toMatchObject({ value: 2, initMs: undefined });
  });

  test('runs one invocation at a time', async () => {
    const fn = js('exports.handler = async () => { await new Promise((r) => setTimeout(r, 50)); return process.pid; }');
    const pids = await Promise.all([bench.call(fn), bench.call(fn)]);
    expect(new Set(pids.map(({ value }) => value)).size).toBe(2);
  });

  test('of another version or revision is not reused', async () => {
    const fn = js(PID);
    const pids = [fn, { ...fn, version: '1' }, { ...fn, revision: '2' }].map((spec) => bench.call(spec));
    expect(new Set((await Promise.all(pids)).map(({ value }) => value)).size).toBe(3);
  });

  test('sees what Lambda sets, the variables of its function, and nothing of the host', async () => {
    process.env['HOST_SECRET'] = 'leak';
    const fn = js('exports.handler = async () => process.env', { environment: { TEST_KEY: 'TEST_VAL' } });
    const { value } = await bench.call(fn);
    expect(Object.keys(value).sort()).toEqual(
      (
        'AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_NAME ' +
        'AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME ' +
        'AWS_LAMBDA_RUNTIME_API AWS_REGION AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_XRAY_CONTEXT_MISSING ' +
        'AWS_XRAY_DAEMON_ADDRESS LAMBDA_RUNTIME_DIR LAMBDA_TASK_ROOT LANG LD_LIBRARY_PATH NODE_PATH PATH PWD SHLVL TEST_KEY ' +
        'TZ _AWS_XRAY_DAEMON_ADDRESS _AWS_XRAY_DAEMON_PORT _HANDLER _X_AMZN_TRACE_ID ' +
        // Ours: where its SDK calls go, and folders of its own.
        `AWS_ENDPOINT_URL HOME${(await hasOwnTmp()) ? '' : ' TMPDIR'}`
      )
        .split(' ')
        .sort(),
    );
    expect(value).toMatchObject({ TEST_KEY: 'TEST_VAL', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x', TZ: ':UTC' });
    expect(value._X_AMZN_TRACE_ID).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
  });

  test("hands on the caller's trace with its lineage", async () => {
    const fn = js('exports.handler = async () => process.env._X_AMZN_TRACE_ID');
    const traceHeader =
      'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:aabbccdd:3';
    expect((await bench.call(fn, {}, { traceHeader })).value).toBe(traceHeader);
  });

  test('has a /tmp of its own where the host allows it', async ({ skip }) => {
    skip(!(await hasOwnTmp()), 'this host allows no mount namespaces');
    const file = `/tmp/headwater-own-tmp-${process.pid}`;
    const write = js(`exports.handler = async () => { require('fs').writeFileSync('${file}', '1'); return true; }`);
    const look = js(`exports.handler = async () => require('fs').existsSync('${file}')`);
    expect((await bench.call(write)).value).toBe(true);
    expect((await bench.call(look)).value).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  test('carries 6 MB in and out', async () => {
    const fn = js('exports.handler = async (event) => event', { memoryMb: 512 });
    const event = 'x'.repeat(6_291_456 - 2);
    expect((await bench.call(fn, event)).value).toBe(event);
  });
});

describe('an invocation that the platform ends', () => {
  test('by its timeout gets the recorded body; the next starts anew with its temporary files', async () => {
    const code = `import os, time, tempfile
number = 0
def handler(event, context):
  global number
  number += 1
  path = os.path.join(tempfile.gettempdir(), "kept")
  if event.get("sleep"):
    open(path, "w").write("some-content"); print("before"); time.sleep(60)
  return {"number": number, "content": open(path).read()}`;
    const fn = python(code, { timeoutMs: 1000 });
    const called = await bench.call(fn, { sleep: true });
    expect(called).toMatchObject({ kind: 'function-error', status: 'timeout', durationMs: 1000 });
    expect(called.text).toBe(
      `{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: ${called.requestId} Error: Task timed out after 1.00 seconds"}`,
    );
    expect(called.logTail).toMatch(/before\nEND .*\nREPORT .*\tDuration: 1000\.00 ms\t.*\tStatus: timeout\n$/);
    expect((await bench.call(fn)).value).toEqual({ number: 1, content: 'some-content' });
  });

  test('for an answer beyond 6,291,556 bytes gets the recorded body, and the environment goes on', async () => {
    const fn = js('let n = 0; exports.handler = async (size) => { n += 1; return size ? "x".repeat(size) : n; }', {
      memoryMb: 512,
    });
    expect((await bench.call(fn, 6_291_554)).kind).toBe('ok');
    expect((await bench.call(fn, 6_291_555)).text).toBe(
      '{"errorMessage":"Response payload size exceeded maximum allowed payload size (6291556 bytes).","errorType":"Function.ResponseSizeTooLarge"}',
    );
    expect((await bench.call(fn, 0)).value).toBe(3);
  });

  test('by a signal says which', async () => {
    const called = await bench.call(js("exports.handler = async () => process.kill(process.pid, 'SIGSEGV')"));
    expect(called.value.errorMessage).toBe(
      `RequestId: ${called.requestId} Error: Runtime exited with error: signal: segmentation fault`,
    );
  });

  test('for lack of memory is killed where the host has cgroups', async ({ skip }) => {
    const { memoryLimit } = await bench.invoker.describe();
    skip(!memoryLimit.startsWith('cgroup'), `memory is bounded by ${memoryLimit} here`);
    const code = 'exports.handler = async () => { const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1)); }';
    const called = await bench.call(js(code));
    expect(called.value).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${called.requestId} Error: Runtime exited with error: signal: killed`,
    });
    expect(called.maxMemoryMb).toBe(128);
  });
});

describe('initialisation', () => {
  test('that fails is run again within the invocation, and by the next one', async () => {
    const fn = python('import os\nprint("loading")\nos._exit(0)');
    for (const [times, kind] of [
      [2, 'first'],
      [3, 'next'],
    ] as const) {
      const called = await bench.call(fn);
      expect(called.value, kind).toEqual({
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${called.requestId} Error: Runtime exited without providing a reason`,
      });
      const loaded = bench.lines.filter((line) => line.functionArn === fn.arn && line.line === 'loading');
      expect(loaded).toHaveLength(times);
    }
    const reports = bench.lines.filter((line) => line.functionArn === fn.arn && line.line.startsWith('INIT_REPORT'));
    expect(reports.map((line) => line.line.replace(/[\d.]+ ms/, 'N ms'))).toEqual([
      'INIT_REPORT Init Duration: N ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError',
      'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
      'INIT_REPORT Init Duration: N ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
    ]);
  });

  test('within an invocation counts against its timeout', async () => {
    const code = `const fs = require('fs'); const mark = require('os').tmpdir() + '/again';
      if (fs.existsSync(mark)) for (;;); fs.writeFileSync(mark, ''); process.exit(1);`;
    const called = await bench.call(js(code, { timeoutMs: 1000 }));
    expect(called.value.errorType).toBe('Sandbox.Timedout');
  });

  test('by a wrapper that is not there ends with status 127', async () => {
    const fn = js(PID, { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/missing' } });
    const called = await bench.call(fn);
    expect(called.value).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${called.requestId} Error: Runtime exited with error: exit status 127`,
    });
  });

  test('goes through the wrapper that the function names', async () => {
    const files = {
      'index.js': 'exports.handler = async () => process.env.WRAPPED',
      bootstrap: '#!/bin/sh\nWRAPPED=yes exec "$@"\n',
    };
    const fn = bench.define(files, { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/bootstrap' } });
    expect((await bench.call(fn)).value).toBe('yes');
  });
});

describe('the log', () => {
  test('has the lines of the platform as recorded', async () => {
    const fn = js('exports.handler = async () => {}');
    const called = await bench.call(fn);
    const messages = bench.lines.filter((line) => line.functionArn === fn.arn).map((line) => line.message);
    expect(messages[0]).toMatch(
      /^INIT_START Runtime Version: nodejs:20\.v\d+\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}\n$/,
    );
    expect(messages.slice(1, 3)).toEqual([
      `START RequestId: ${called.requestId} Version: $LATEST\n`,
      `END RequestId: ${called.requestId}\n`,
    ]);
    expect(messages[3]).toMatch(
      new RegExp(
        `^REPORT RequestId: ${called.requestId}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: \\d+\\.\\d\\d ms\t\n$`,
      ),
    );
    expect(called.logTail).toBe(messages.slice(1).join(''));
    expect((await bench.call(fn)).logTail).toMatch(/\tMax Memory Used: \d+ MB\t\n$/);
  });

  test('ends with its last 4 KB in the tail', async () => {
    const called = await bench.call(
      js("exports.handler = async () => { for (let i = 0; i < 500; i++) console.log('line', i); }"),
    );
    expect(Buffer.byteLength(called.logTail)).toBe(4096);
    expect(called.logTail).toContain('line 499');
  });

  test('is JSON where the function asks for it', async () => {
    const fn = js("exports.handler = async () => console.log('hello', 1)", { logFormat: 'JSON' });
    const called = await bench.call(fn);
    const entries = bench.lines.filter((line) => line.functionArn === fn.arn).map((line) => JSON.parse(line.message));
    expect(entries.map(({ type, message }) => type ?? message)).toEqual([
      'platform.initStart',
      'platform.start',
      'hello 1',
      'platform.report',
    ]);
    expect(entries[2]).toMatchObject({ level: 'INFO', requestId: called.requestId });
    expect(entries[3].record).toMatchObject({ requestId: called.requestId, status: 'success' });
  });

  test('says once per environment that the code runs on another version', async () => {
    const fn = js(PID, { runtime: 'nodejs99.x' });
    await bench.call(fn);
    await bench.call(fn);
    const said = bench.lines.filter(
      (line) => line.functionArn === fn.arn && line.line.includes('nodejs99.x is not installed'),
    );
    expect(said).toHaveLength(1);
  });
});

describe('a custom runtime', () => {
  const PROLOGUE = `#!/usr/bin/env python3
import http.client, os, json
connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
def call(method, path, body=None, **more):
    connection.request(method, "/2018-06-01/runtime/" + path, body, **more)
    answer = connection.getresponse()
    return answer, answer.read()
`;

  test('speaks the Runtime API with bodies in chunks', async () => {
    const code = `${PROLOGUE}
while True:
    invocation, body = call("GET", "invocation/next")
    id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
    out = json.dumps({"arn": invocation.headers["Lambda-Runtime-Invoked-Function-Arn"], "body": json.loads(body), "mode": os.environ.get("AWS_EXECUTION_ENV")}).encode()
    call("POST", "invocation/" + id + "/response", iter([out[:5], out[5:]]), encode_chunked=True)
`;
    const fn = bench.define({ bootstrap: code }, { runtime: 'provided.al2023' });
    for (const n of [1, 2]) expect((await bench.call(fn, n)).value).toEqual({ arn: fn.arn, body: n, mode: null });
  });

  test('is refused what is out of turn', async () => {
    const code = `${PROLOGUE}
seen = [call("POST", "invocation/x/response", "1")[0].status, call("GET", "restore/next")[0].status]
invocation, body = call("GET", "invocation/next")
id = invocation.headers["Lambda-Runtime-Aws-Request-Id"]
for path in ["invocation/other/response", "init/error"]:
    answer, said = call("POST", path, "1")
    seen.append([answer.status, json.loads(said)["errorType"]])
answer, said = call("POST", "invocation/" + id + "/response", "1", headers={"Lambda-Runtime-Invocation-Id": "wrong"})
seen.append([answer.status, json.loads(said)["errorType"]])
answer, said = call("POST", "invocation/" + id + "/response", json.dumps(seen))
print(answer.status, said.decode(), flush=True)
call("GET", "invocation/next")
`;
    const fn = bench.define({ bootstrap: code }, { runtime: 'provided.al2' });
    const called = await bench.call(fn);
    expect(called.value).toEqual([
      403,
      404,
      [400, 'InvalidRequestID'],
      [403, 'InvalidStateTransition'],
      [400, 'InvalidInvocationId'],
    ]);
  });

  test('without its bootstrap, or with one that cannot run, says so', async () => {
    const missing = await bench.call(bench.define({ other: '' }, { runtime: 'provided.al2023' }));
    expect(missing.value).toEqual({
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: `RequestId: ${missing.requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`,
    });
  });
});

describe('the pool of environments', () => {
  test('ends idle environments of a function that changed, and busy ones once they are done', async () => {
    const fn = js(
      'exports.handler = async (ms) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; }',
    );
    const idle = (await bench.call(fn, 0)).value as number;
    await bench.invoker.retire(fn.arn);
    expect(isRunning(idle)).toBe(false);
    const running = bench.call(fn, 100);
    await bench.invoker.retire(fn.arn);
    const busy = (await running).value as number;
    expect((await bench.call(fn, 0)).value).not.toBe(busy);
  });

  test('serves callers beyond its capacity in their order, making room among the idle', async () => {
    await using small = openBench({ maxEnvironments: 1 });
    const order: string[] = [];
    const [one, two] = ['one', 'two'].map((name) => small.define({ 'index.js': PID }, { name }));
    if (!one || !two) throw new Error('unreachable');
    const run = (spec: typeof one, name: string) => small.call(spec).then(() => order.push(name));
    await Promise.all([run(one, 'one'), run(two, 'two'), run(one, 'three')]);
    expect(order).toEqual(['one', 'two', 'three']);
  });

  test('ends what has idled for long enough', async () => {
    await using brief = openBench({ idleMs: 1 });
    const pid = (await brief.call(brief.define({ 'index.js': PID }))).value as number;
    await expect.poll(() => isRunning(pid)).toBe(false);
    await expect.poll(() => readdirSync(join(brief.workDir, 'environments'))).toEqual([]);
  });

  test('takes what its functions started and set free along, where the host has cgroups', async ({ skip }) => {
    const { memoryLimit } = await bench.invoker.describe();
    skip(!memoryLimit.startsWith('cgroup'), `memory is bounded by ${memoryLimit} here`);
    const code = `const child = require('child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      exports.handler = async () => child.pid`;
    const fn = js(code);
    const { value: pid } = await bench.call(fn);
    expect(isRunning(pid as number)).toBe(true);
    await bench.invoker.retire(fn.arn);
    await expect.poll(() => isRunning(pid as number)).toBe(false);
  });

  test.for([
    ['process', 'sleep'],
    [
      'process that left its group',
      'until grep -q headwater- /proc/self/cgroup; do :; done; setsid sh -c "echo \\$\\$; exec sleep 600" & sleep',
    ],
  ] as const)('leaves no %s behind when it is killed', async ([what, command], { skip }) => {
    const { memoryLimit } = await bench.invoker.describe();
    skip(what !== 'process' && !memoryLimit.startsWith('cgroup'), `memory is bounded by ${memoryLimit} here`);
    const child = spawn(process.execPath, ['--input-type=module', '-e', await bundledHost(command)], {
      cwd: bench.workDir,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [first] = (await once(child.stdout, 'data')) as [Buffer];
    const pids = JSON.parse(first.toString()) as readonly number[];
    expect(pids.every(isRunning)).toBe(true);
    child.kill('SIGKILL');
    await expect.poll(() => pids.some(isRunning)).toBe(false);
  });
});

const hasOwnTmp = async () => (await bench.invoker.describe()).temporaryFiles.startsWith('private');

/** A Headwater in miniature: runs two custom runtimes that never end by themselves, and prints their processes. */
async function bundledHost(command: string): Promise<string> {
  const script = `echo $$; trap "" TERM; ${command} 60`;
  const lines = command === 'sleep' ? 2 : 4;
  const { build } = await import('esbuild');
  const root = join(import.meta.dirname, '../..');
  const { outputFiles } = await build({
    stdin: {
      resolveDir: join(root, 'src'),
      loader: 'ts',
      contents: `
        import { createReaper } from './runtimes/reaper.ts';
        import { startProcess } from './runtimes/function-process.ts';
        const reaper = createReaper(${JSON.stringify(join(root, 'src/runtimes/bootstraps'))});
        import { findMemoryLimit } from './runtimes/memory-limit.ts';
        const memoryLimit = findMemoryLimit();
        const pids = [];
        for (const seconds of [0, 1]) startProcess({ command: '/bin/sh', args: ['-c', ${JSON.stringify(script)} + seconds], cwd: '/', env: { PATH: '/usr/bin:/bin' }, memoryMb: 64,
          onLog: (line) => { pids.push(Number(line)); if (pids.length === ${lines}) console.log(JSON.stringify(pids)); } }, { reaper, memoryLimit });`,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
  });
  return outputFiles[0]?.text ?? '';
}

/** A zombie has ended; nobody has collected its status yet. */
function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
