// https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
// https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
import { afterAll, describe, expect, test } from 'vitest';
import { openBench } from './runtimes-fixture.ts';

const bench = openBench();
afterAll(() => bench[Symbol.asyncDispose]());

const python = (code: string, more = {}) =>
  bench.define({ 'handler.py': code }, { runtime: 'python3.11', handler: 'handler.handler', ...more });

describe('a Python handler', () => {
  test('answers with what it returns, and null when that is nothing', async () => {
    expect(
      (await bench.call(python('def handler(event, context):\n  return {"got": event}'), { a: 'ü' })).value,
    ).toEqual({
      got: { a: 'ü' },
    });
    expect((await bench.call(python('def handler(event, context):\n  pass'))).text).toBe('null');
  });

  test('fails as recorded when it raises', async () => {
    const called = await bench.call(python('\ndef handler(event, context):\n    raise ValueError("no")'));
    expect(Object.keys(called.value)).toEqual(['errorMessage', 'errorType', 'requestId', 'stackTrace']);
    expect(called.value).toEqual({
      errorMessage: 'no',
      errorType: 'ValueError',
      requestId: called.requestId,
      stackTrace: [
        expect.stringMatching(/^ {2}File ".*\/handler\.py", line 3, in handler\n {4}raise ValueError\("no"\)\n$/),
      ],
    });
  });

  test('logs an exception as one event with no-break spaces', async () => {
    const called = await bench.call(python('def handler(event, context):\n    raise ValueError("no")'));
    const line = bench.lines.find((found) => found.requestId === called.requestId && found.line.startsWith('[ERROR]'));
    expect(line?.message).toMatch(
      /^\[ERROR\] ValueError: no\nTraceback \(most recent call last\):\n\u00a0\u00a0File ".*", line 2, in handler\n\u00a0{4}raise ValueError\("no"\)$/,
    );
  });

  test('that raises while it loads reports it without a request id, and is loaded again', async () => {
    const code = 'print("loading")\nraise Exception("at load")\ndef handler(event, context): pass';
    const called = await bench.call(python(code));
    expect(called).toMatchObject({ kind: 'function-error', status: 'Exception' });
    expect(called.value).toMatchObject({ errorMessage: 'at load', errorType: 'Exception', requestId: '' });
    expect(called.value.stackTrace[0]).toContain('importlib');
    expect(bench.lines.filter((line) => line.line === 'loading')).toHaveLength(2);
  });

  test.each([
    [
      'Runtime.ImportModuleError',
      "Unable to import module 'handler': No module named 'gone'",
      'import gone',
      'handler.handler',
    ],
    ['Runtime.HandlerNotFound', "Handler 'run' missing on module 'handler'", '', 'handler.run'],
    ['Runtime.MalformedHandlerName', "Bad handler 'run': not enough values to unpack (expected 2, got 1)", '', 'run'],
  ])('that cannot be loaded reports %s', async (errorType, errorMessage, code, handler) => {
    expect((await bench.call(python(code, { handler }))).value).toEqual({
      errorMessage,
      errorType,
      requestId: '',
      stackTrace: [],
    });
  });

  test('with a mistake in its syntax reports Runtime.UserCodeSyntaxError', async () => {
    const called = await bench.call(python('def handler(:'));
    expect(called.value.errorType).toBe('Runtime.UserCodeSyntaxError');
    expect(called.value.stackTrace[0]).toMatch(/^ {2}File ".*handler\.py" Line 1\n/);
  });

  test('may answer with decimals but not with what is no JSON', async () => {
    const decimal = 'import decimal\ndef handler(event, context):\n  return {"d": decimal.Decimal("1.10"), "s": "ü"}';
    expect((await bench.call(python(decimal))).text).toBe('{"d": 1.10, "s": "\\u00fc"}');
    const called = await bench.call(python('def handler(event, context):\n  return {1, 2}'));
    expect(called.value).toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
    });
  });

  test('is found in packages, written with dots or slashes', async () => {
    const files = { 'pkg/__init__.py': '', 'pkg/mod.py': 'def run(event, context):\n  return __name__' };
    for (const handler of ['pkg.mod.run', 'pkg/mod.run']) {
      expect((await bench.call(python('', { handler, ...files, codeDir: bench.define(files).codeDir }))).value).toBe(
        'pkg.mod',
      );
    }
  });

  test('gets the whole context', async () => {
    const code = `def handler(event, context):
  names = ["aws_request_id", "function_name", "function_version", "invoked_function_arn", "log_group_name", "memory_limit_in_mb"]
  return {**{name: getattr(context, name) for name in names}, "left": context.get_remaining_time_in_millis(),
          "custom": context.client_context.custom, "identity": context.identity.cognito_identity_id}`;
    const fn = python(code, { timeoutMs: 60_000 });
    const clientContext = Buffer.from('{"custom":{"k":"v"}}').toString('base64');
    const called = await bench.call(fn, {}, { clientContext });
    expect(called.value).toMatchObject({
      aws_request_id: called.requestId,
      function_name: fn.name,
      function_version: '$LATEST',
      invoked_function_arn: fn.arn,
      log_group_name: fn.logGroup,
      memory_limit_in_mb: '128',
      custom: { k: 'v' },
      identity: null,
    });
    expect(called.value.left).toBeGreaterThan(30_000);
  });

  test('logs through print and logging in the order of its calls', async () => {
    const code = `import logging, sys
def handler(event, context):
  print("first"); logging.warning("second\\nline"); print("third", file=sys.stderr); print("multi\\nline\\rback")`;
    const called = await bench.call(python(code));
    const messages = bench.lines.filter((line) => line.requestId === called.requestId).map((line) => line.message);
    expect(messages.slice(1, -2)).toEqual([
      'first\n',
      expect.stringMatching(new RegExp(`^\\[WARNING\\]\t\\d{4}-.*Z\t${called.requestId}\tsecond\nline\n$`)),
      'third\n',
      'multi\n',
      'line\rback\n',
    ]);
  });

  test('that ends the process with status 0 or another gets the recorded bodies', async () => {
    for (const [status, said] of [
      [0, 'Runtime exited without providing a reason'],
      [3, 'Runtime exited with error: exit status 3'],
    ] as const) {
      const called = await bench.call(python(`import sys\ndef handler(event, context):\n  sys.exit(${status})`));
      expect(called.text).toBe(
        `{"errorType":"Runtime.ExitError","errorMessage":"RequestId: ${called.requestId} Error: ${said}"}`,
      );
      expect(called.logTail).toContain('\tStatus: error\tError Type: Runtime.ExitError\n');
    }
  });

  test('does not see packages that the host installed', async () => {
    const called = await bench.call(python('import sys\ndef handler(event, context):\n  return sys.path'));
    expect(called.value.filter((path: string) => /site-packages|dist-packages/.test(path))).toEqual([]);
  });
});
