'use strict';
// ES modules do not look at NODE_PATH, so a bare `@aws-sdk/…` that the function did not pack is resolved as if a file
// in the cache had imported it.
const module_ = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

function resolveSdkFrom(folder) {
  const parent = pathToFileURL(join(folder, 'resolve-from-here.mjs')).href;
  if (typeof module_.registerHooks === 'function') {
    const { createResolve } = require('./sdk-resolution-rule.cjs');
    module_.registerHooks({ resolve: createResolve(parent) });
  } else if (typeof module_.register === 'function') {
    module_.register(pathToFileURL(join(__dirname, 'sdk-resolution-thread.mjs')).href, { data: parent });
  }
}

module.exports = { resolveSdkFrom };
