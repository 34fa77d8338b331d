'use strict';
// The console as functions see it: every call is one log event. An event may hold several lines, so each goes to standard
// output in a frame (AWS's own: type, length, microseconds, text), in place of the descriptor that AWS adds for them.
const fs = require('node:fs');
const { asError, errorLogText } = require('./function-error.cjs');

const TEXT_FRAME = 0xa55a0003;
const JSON_FRAME = 0xa55a0002;
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

let util;
let requestId;

/** Sets the id that the following lines carry. */
function setRequestId(id) {
  requestId = id;
}

function writeFrame(type, text) {
  const bytes = Buffer.from(text);
  const frame = Buffer.allocUnsafe(16 + bytes.length);
  frame.writeUInt32BE(type, 0);
  frame.writeUInt32BE(bytes.length, 4);
  frame.writeBigInt64BE(BigInt(Date.now()) * 1000n, 8);
  bytes.copy(frame, 16);
  for (let sent = 0; sent < frame.length; ) {
    try {
      sent += fs.writeSync(1, frame, sent);
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

const format = (...parts) => {
  util ??= require('node:util');
  return util.format(...parts);
};

function logText(level, ...parts) {
  const text = parts.length === 1 && typeof parts[0] === 'string' ? parts[0] : format(...parts);
  writeFrame(TEXT_FRAME, `${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
}

const errorMembers = (error) => ({
  errorType: error?.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
});

function logJson(level, ...parts) {
  const line = { timestamp: new Date().toISOString(), level, requestId };
  const visible = (_key, value) => (value instanceof Error ? { ...errorMembers(value), ...value } : value);
  if (parts.length === 1) {
    try {
      return writeFrame(JSON_FRAME, JSON.stringify({ ...line, message: parts[0] }, visible));
    } catch {
      return writeFrame(JSON_FRAME, JSON.stringify({ ...line, message: format(parts[0]) }));
    }
  }
  const error = parts.find((part) => part instanceof Error);
  writeFrame(JSON_FRAME, JSON.stringify({ ...line, message: format(...parts), ...(error ? errorMembers(error) : {}) }));
}

/** Replaces the console's methods; returns how the runtime itself logs an exception. */
function patchConsole() {
  const json = process.env['AWS_LAMBDA_LOG_FORMAT']?.toUpperCase() === 'JSON';
  const log = json ? logJson : logText;
  const lowest = LEVELS.indexOf(process.env['AWS_LAMBDA_LOG_LEVEL']?.toUpperCase());
  for (const [order, level] of LEVELS.entries()) {
    console[level.toLowerCase()] = order < lowest ? () => {} : (...parts) => log(level, ...parts);
  }
  console.log = console.info;
  return json
    ? (_what, error) => console.error(asError(error))
    : (what, error) => console.error(what, errorLogText(error));
}

module.exports = { patchConsole, setRequestId };
