'use strict';
// The rule itself, for both kinds of hook: with `registerHooks` it answers at once, with `register` by promise.
const PACKAGES = /^(@aws-sdk|@smithy)\//;

const isMissing = (error) => error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND';

function createResolve(parentURL) {
  return (specifier, context, nextResolve) => {
    if (!PACKAGES.test(specifier)) return nextResolve(specifier, context);
    const again = (error) => {
      if (isMissing(error)) return nextResolve(specifier, { ...context, parentURL });
      throw error;
    };
    try {
      const resolved = nextResolve(specifier, context);
      return typeof resolved?.then === 'function' ? resolved.catch(again) : resolved;
    } catch (error) {
      return again(error);
    }
  };
}

module.exports = { createResolve };
