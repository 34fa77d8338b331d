'use strict';
// What an exception looks like in a response and in the log, as AWS's Node.js runtime shows it.
const util = require('node:util');

/** An error of the runtime's own, named `Runtime.<kind>`. */
function runtimeError(kind, message, stack) {
  const error = new Error(message);
  error.name = `Runtime.${kind}`;
  error.stack = stack ?? error.stack.replace(/^Error/, error.name);
  return error;
}

function looksLikeError(value) {
  return ['name', 'message', 'stack'].every((key) => value && typeof value[key] === 'string' && value[key] !== '');
}

const plain = (text) => text.replaceAll('\x7F', '%7F');

/** The body posted for a failed invocation. */
function errorBody(error) {
  try {
    if (util.types.isNativeError(error) || looksLikeError(error)) {
      return {
        errorType: plain(error.name),
        errorMessage: plain(error.message),
        trace: plain(error.stack).split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack',
    };
  }
}

const asError = (value) => (value instanceof Error ? value : new Error(value));

/** The JSON after `Invoke Error`, with the members of an error that are not enumerable. */
function errorLogText(value) {
  const error = asError(value);
  const visible = (_key, member) => {
    if (!(member instanceof Error)) return member;
    const shown = { errorType: member.name, errorMessage: member.message, code: member.code, ...member };
    if (typeof member.stack === 'string') shown.stack = member.stack.split('\n');
    return shown;
  };
  try {
    return `\t${JSON.stringify(error, visible)}`;
  } catch {
    return `\t${JSON.stringify(errorBody(error))}`;
  }
}

module.exports = { asError, errorBody, errorLogText, runtimeError };
