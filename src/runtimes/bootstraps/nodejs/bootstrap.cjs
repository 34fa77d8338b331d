'use strict';
// Runs a Node.js function: loads the handler, then takes one invocation after another from the Runtime API and behaves as
// AWS's runtime interface client does: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
const { patchConsole, setRequestId } = require('./console-log.cjs');
const { errorBody, runtimeError } = require('./function-error.cjs');
const { loadHandler, STREAMING } = require('./load-handler.cjs');
const { RuntimeClient } = require('./runtime-client.cjs');

const NEVER_SETTLED =
  'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was ' +
  'never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes';
const NO_CALLBACKS =
  'ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify ' +
  'this function to use a supported handler signature to use Node.js 24 or later. For more information see ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.';
/** From this version on a handler's return value is its answer, and there are no callbacks. */
const FIRST_WITHOUT_CALLBACKS = 24;

const version = Number(/nodejs(\d+)/.exec(process.env['AWS_EXECUTION_ENV'] ?? '')?.[1] ?? 22);
const withCallbacks = version < FIRST_WITHOUT_CALLBACKS;
const logError = patchConsole();
const client = new RuntimeClient(process.env['AWS_LAMBDA_RUNTIME_API'], run);

let handler;
let streaming = false;
let isAsync = false;
/** The invocation in progress; `undefined` while the process initialises or waits. */
let current;
let whenIdle;

const fixed = {
  functionVersion: process.env['AWS_LAMBDA_FUNCTION_VERSION'],
  functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
  memoryLimitInMB: process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
  logGroupName: process.env['AWS_LAMBDA_LOG_GROUP_NAME'],
  logStreamName: process.env['AWS_LAMBDA_LOG_STREAM_NAME'],
};

function parseHeader(value, name) {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value);
  } catch (error) {
    throw new Error(`Cannot parse ${name} as json: ${error}`);
  }
}

function contextOf(headers) {
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  return {
    ...fixed,
    clientContext: parseHeader(headers['lambda-runtime-client-context'], 'ClientContext'),
    identity: parseHeader(headers['lambda-runtime-cognito-identity'], 'CognitoIdentity'),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  };
}

const errorHeader = (body) => `Lambda-Runtime-Function-Error-Type: ${headerText(body.errorType)}\r\n`;
const headerText = (text) => String(text).replace(/[^\x20-\x7e]/g, '?');

function succeed(invocation, result) {
  if (invocation.completed) return;
  let body;
  try {
    body = Buffer.isBuffer(result) && streaming ? result : (JSON.stringify(result ?? null) ?? 'null');
  } catch {
    const message = 'Unable to stringify response body';
    return fail(invocation, withCallbacks ? new Error(message) : runtimeError('JSONStringifyError', message));
  }
  complete(invocation, 'response', body, '');
}

function fail(invocation, error) {
  if (invocation.completed) return;
  logError('Invoke Error', error);
  const body = errorBody(error);
  complete(invocation, 'error', JSON.stringify(body), errorHeader(body));
}

function complete(invocation, what, body, headers) {
  invocation.completed = true;
  current = undefined;
  whenIdle = undefined;
  client.complete(`${invocation.id}/${what}`, body, headers);
}

/** The callback, and the context with methods that do the same; only the first call counts. */
function callbacksOf(invocation, values) {
  let waits = true;
  let called = false;
  const once = (settle) => (error, result) => {
    if (called) return;
    called = true;
    settle(error, result);
  };
  const settleNow = (error, result) =>
    error === undefined || error === null ? succeed(invocation, result) : fail(invocation, error);
  const settleWhenIdle = (error, result) => {
    if ((error !== undefined && error !== null) || !waits) return settleNow(error, result);
    whenIdle = () => setImmediate(() => succeed(invocation, result));
  };
  const done = once(settleNow);
  const context = {
    get callbackWaitsForEmptyEventLoop() {
      return waits;
    },
    set callbackWaitsForEmptyEventLoop(value) {
      waits = value;
    },
    succeed: (result) => done(null, result),
    fail: (error) => done(error ?? 'handled', null),
    done,
    ...values,
  };
  return { callback: once(settleWhenIdle), context };
}

/** What happens when the event loop runs dry before the handler has answered. */
function whenForgotten(invocation) {
  return () =>
    isAsync || !withCallbacks
      ? fail(invocation, runtimeError('NodeJsExit', NEVER_SETTLED))
      : succeed(invocation, undefined);
}

function run(headers, text) {
  const invocation = { id: headers['lambda-runtime-aws-request-id'], completed: false };
  current = invocation;
  setRequestId(invocation.id);
  const trace = headers['lambda-runtime-trace-id'];
  if (trace) process.env['_X_AMZN_TRACE_ID'] = trace;
  else delete process.env['_X_AMZN_TRACE_ID'];
  whenIdle = whenForgotten(invocation);
  try {
    const values = contextOf(headers);
    if (streaming) return runStreaming(invocation, JSON.parse(text), values);
    if (!withCallbacks) return runWithoutCallbacks(invocation, JSON.parse(text), values);
    const { callback, context } = callbacksOf(invocation, values);
    const { succeed: resolved, fail: rejected } = context;
    const returned = handler(JSON.parse(text), context, callback);
    if (typeof returned?.then === 'function') returned.then(resolved, rejected);
  } catch (error) {
    fail(invocation, error);
  }
}

function runWithoutCallbacks(invocation, event, context) {
  const returned = handler(event, context);
  if (typeof returned?.then !== 'function') return succeed(invocation, returned);
  returned.then(
    (result) => succeed(invocation, result),
    (error) => fail(invocation, error),
  );
}

function runStreaming(invocation, event, context) {
  require('./response-stream.cjs')
    .runStreaming(handler, event, context)
    .then(
      (bytes) => succeed(invocation, bytes),
      (error) => fail(invocation, error),
    );
}

/** Reports what nobody caught, to the invocation in progress or as a failed initialisation, and ends the process. */
function die(what, error, exitCode) {
  logError(what, error);
  const body = errorBody(error);
  const path = current ? `/invocation/${current.id}/error` : '/init/error';
  current = undefined;
  whenIdle = undefined;
  client.finish(path, JSON.stringify(body), errorHeader(body), () => process.exit(exitCode));
}

process.on('uncaughtException', (error) => die('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) =>
  die('Unhandled Promise Rejection', runtimeError('UnhandledPromiseRejection', String(reason)), 128),
);
process.on('beforeExit', () => whenIdle?.());

function offerStreaming() {
  const off = process.env['AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA'];
  if (off === '1' || off === 'true') return;
  globalThis.awslambda = {
    streamifyResponse(streamed, options) {
      streamed[STREAMING] = 'response';
      if (typeof options?.highWaterMark === 'number')
        streamed[Symbol.for(`${STREAMING.description}.highWaterMark`)] = options.highWaterMark;
      return streamed;
    },
    get HttpResponseStream() {
      return require('./response-stream.cjs').HttpResponseStream;
    },
  };
}

/** Lets ES modules find the AWS SDK in the cache, after the function's own packages (`require` finds it by NODE_PATH). */
function offerSdk() {
  const folder = process.env['_HEADWATER_SDK'];
  delete process.env['_HEADWATER_SDK'];
  if (folder !== undefined) require('./sdk-resolution.cjs').resolveSdkFrom(folder);
}

async function main() {
  offerSdk();
  offerStreaming();
  handler = await loadHandler(process.env['LAMBDA_TASK_ROOT'], process.env['_HANDLER']);
  streaming = handler[STREAMING] === 'response';
  isAsync = handler.constructor?.name === 'AsyncFunction';
  if (!withCallbacks && !streaming && handler.length >= 3)
    throw runtimeError('CallbackHandlerDeprecated', NO_CALLBACKS);
  client.next();
}

main().catch((error) => die('Uncaught Exception', error, 129));
