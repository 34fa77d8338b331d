// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
import { afterAll, describe, expect, test } from 'vitest';
import { openBench } from './runtimes-fixture.ts';

const bench = openBench();
afterAll(() => bench[Symbol.asyncDispose]());

const js = (code: string, more = {}) => bench.define({ 'index.js': code }, more);

describe('a Node.js handler', () => {
  test('answers with what its promise resolves to', async () => {
    const fn = js('exports.handler = async (event) => ({ got: event })');
    expect(await bench.call(fn, { a: 'ü' })).toMatchObject({ kind: 'ok', text: '{"got":{"a":"ü"}}' });
  });

  test('answers null when it returns nothing', async () => {
    expect((await bench.call(js('exports.handler = async () => {}'))).text).toBe('null');
    expect((await bench.call(js('exports.handler = () => {}'))).text).toBe('null');
  });

  test('sees an empty object when the payload is empty', async () => {
    const fn = js('exports.handler = async (event) => event');
    expect((await bench.call(fn, new Uint8Array())).text).toBe('{}');
  });

  test('answers through its callback once the event loop is empty', async () => {
    const code = `let late = 'no'; exports.handler = (event, context, callback) => {
      setTimeout(() => { late = 'yes'; }, 20); callback(null, { get late() { return late; } }); }`;
    expect((await bench.call(js(code))).value).toEqual({ late: 'yes' });
  });

  test('answers at once through its callback when callbackWaitsForEmptyEventLoop is false', async () => {
    const code = `exports.handler = (event, context, callback) => {
      context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => {}, 60000); callback(null, 'now'); }`;
    expect((await bench.call(js(code))).text).toBe('"now"');
  });

  test('fails as recorded when it throws, rejects or passes an error to its callback', async () => {
    for (const code of [
      "throw new TypeError('no')",
      "return Promise.reject(new TypeError('no'))",
      "callback(new TypeError('no'))",
    ]) {
      const called = await bench.call(js(`exports.handler = (event, context, callback) => { ${code} }`));
      expect(called.kind).toBe('function-error');
      expect(Object.keys(called.value)).toEqual(['errorType', 'errorMessage', 'trace']);
      expect(called.value).toMatchObject({ errorType: 'TypeError', errorMessage: 'no' });
      expect(called.value.trace[0]).toBe('TypeError: no');
    }
  });

  test('reports the type of what it threw when that is no error', async () => {
    const called = await bench.call(js("exports.handler = async () => { throw 'x' }"));
    expect(called.text).toBe('{"errorType":"string","errorMessage":"x","trace":[]}');
  });

  test('fails with Runtime.NodeJsExit when its promise is never settled', async () => {
    const called = await bench.call(js('exports.handler = async () => await new Promise(() => {})'));
    expect(called.value.errorType).toBe('Runtime.NodeJsExit');
  });

  test('fails with Runtime.UnhandledPromiseRejection when it forgets a promise that rejects', async () => {
    const code =
      "exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50)); }";
    const called = await bench.call(js(code));
    expect(called.value).toMatchObject({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' });
  });

  test('fails with the error that nobody caught, and starts anew', async () => {
    const code = `let calls = 0; exports.handler = async (event) => { calls += 1;
      if (event.crash) { setTimeout(() => { throw new RangeError('late'); }, 1); await new Promise((r) => setTimeout(r, 500)); }
      return calls; }`;
    const fn = js(code);
    expect((await bench.call(fn)).value).toBe(1);
    expect((await bench.call(fn, { crash: true })).value).toMatchObject({
      errorType: 'RangeError',
      errorMessage: 'late',
    });
    expect((await bench.call(fn)).value).toBe(1);
  });

  test('gets the whole context', async () => {
    const code = 'exports.handler = async (e, c) => ({ ...c, left: c.getRemainingTimeInMillis() })';
    const fn = js(code, { timeoutMs: 60_000 });
    const clientContext = Buffer.from('{"custom":{"k":"v"}}').toString('base64');
    const called = await bench.call(fn, {}, { functionArn: `${fn.arn}:prod` as typeof fn.arn, clientContext });
    expect(called.value).toMatchObject({
      functionVersion: '$LATEST',
      functionName: fn.name,
      memoryLimitInMB: '128',
      logGroupName: fn.logGroup,
      invokedFunctionArn: `${fn.arn}:prod`,
      awsRequestId: called.requestId,
      callbackWaitsForEmptyEventLoop: true,
      clientContext: { custom: { k: 'v' } },
    });
    expect(called.value.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(called.value.left).toBeGreaterThan(30_000);
    expect(called.value.left).toBeLessThanOrEqual(60_000);
  });

  test('finds its handler in nested folders, nested exports and every kind of module', async () => {
    const answers = await Promise.all(
      [
        bench.define(
          { 'src/app/main.js': 'exports.api = { v1: { run: async () => 1 } }' },
          { handler: 'src/app/main.api.v1.run' },
        ),
        bench.define({ 'index.mjs': 'await 0; export const handler = async () => 2' }),
        bench.define({ 'index.cjs': 'exports.handler = async () => 3' }),
        bench.define({ 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async () => 4' }),
      ].map((fn) => bench.call(fn)),
    );
    expect(answers.map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    [
      'Runtime.ImportModuleError',
      "Error: Cannot find module 'gone'",
      "require('gone'); exports.handler = 1",
      'index.handler',
    ],
    ['Runtime.ImportModuleError', "Error: Cannot find module 'app'", '', 'app.handler'],
    ['Runtime.HandlerNotFound', 'index.run is undefined or not exported', 'exports.handler = 1', 'index.run'],
    ['Runtime.HandlerNotFound', 'index.handler is not a function', 'exports.handler = 1', 'index.handler'],
    ['Runtime.MalformedHandlerName', 'Bad handler', '', 'index'],
    ['Runtime.UserCodeSyntaxError', "SyntaxError: Unexpected token '}'", 'exports.handler = }', 'index.handler'],
    ['RangeError', 'at load', "throw new RangeError('at load')", 'index.handler'],
  ])('that cannot be loaded reports %s', async (errorType, message, code, handler) => {
    const called = await bench.call(js(code, { handler }));
    expect(called).toMatchObject({ kind: 'function-error', status: errorType });
    expect(called.value.errorType).toBe(errorType);
    expect(called.value.errorMessage.split('\n')[0]).toBe(message);
  });

  test('of nodejs24.x may not take a callback, and answers with what it returns', async () => {
    const old = js('exports.handler = (event, context, callback) => callback(null, 1)', { runtime: 'nodejs24.x' });
    expect((await bench.call(old)).value.errorType).toBe('Runtime.CallbackHandlerDeprecated');
    const plain = js('exports.handler = (event) => ({ plain: true })', { runtime: 'nodejs24.x' });
    expect((await bench.call(plain)).value).toEqual({ plain: true });
  });

  test('may stream: Invoke answers with all that it wrote', async () => {
    const code = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('one '); stream.write('two'); stream.end(); })`;
    expect((await bench.call(js(code))).text).toBe('one two');
  });

  test('logs one event per call of the console, with time, request and level', async () => {
    const code = `exports.handler = async () => { console.log('a\\nb'); console.error({ x: 1 }); console.debug('%s!', 'd');
      process.stdout.write('raw\\n'); }`;
    const called = await bench.call(js(code));
    const messages = bench.lines.filter((line) => line.requestId === called.requestId).map((line) => line.message);
    const at = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';
    expect(messages[1]).toMatch(new RegExp(`^${at}\t${called.requestId}\tINFO\ta\nb\n$`));
    expect(messages[2]).toMatch(new RegExp(`^${at}\t${called.requestId}\tERROR\t{ x: 1 }\n$`));
    expect(messages[3]).toMatch(new RegExp(`^${at}\t${called.requestId}\tDEBUG\td!\n$`));
    expect(messages[4]).toBe('raw\n');
  });

  test('logs an exception as AWS does', async () => {
    const called = await bench.call(js("exports.handler = async () => { throw new Error('boom') }"));
    const line = bench.lines.find((found) => found.requestId === called.requestId && found.line.includes('ERROR'));
    const [, id, level, what, json] = line?.line.split('\t') ?? [];
    expect([id, level, what]).toEqual([called.requestId, 'ERROR', 'Invoke Error ']);
    expect(JSON.parse(json ?? '')).toMatchObject({ errorType: 'Error', errorMessage: 'boom' });
  });
});
