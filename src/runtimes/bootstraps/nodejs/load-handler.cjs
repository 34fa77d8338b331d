'use strict';
// Finds the handler that `folder/file.export.path` names, in the order in which AWS's Node.js runtime looks.
const fs = require('node:fs');
const path = require('node:path');
const { runtimeError } = require('./function-error.cjs');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Whether `.js` files in the folder are ES modules: the nearest package.json says so. */
function isModuleFolder(folder) {
  if (folder.endsWith('/node_modules')) return false;
  const file = path.join(folder, 'package.json');
  if (fs.existsSync(file)) {
    try {
      return JSON.parse(fs.readFileSync(file, 'utf8'))?.type === 'module';
    } catch (error) {
      console.warn(`${file} cannot be read, it will be ignored for ES module detection purposes.`, error);
      return false;
    }
  }
  const parent = path.dirname(folder);
  return parent === folder ? false : isModuleFolder(parent);
}

async function importFile(file) {
  return await import(require('node:url').pathToFileURL(file).href);
}

async function loadModule(taskRoot, folder, name) {
  const file = path.resolve(taskRoot, folder, name);
  const present = (extension) => (fs.existsSync(file + extension) ? file + extension : undefined);
  const built = process.env['_HEADWATER_ENTRY'];
  if (built !== undefined) {
    delete process.env['_HEADWATER_ENTRY'];
    return built.endsWith('.mjs') ? await importFile(built) : require(built);
  }
  const bare = present('');
  if (bare !== undefined && fs.statSync(bare).isFile()) return require(bare);
  const modules = isModuleFolder(path.dirname(file));
  const script = present('.js');
  if (script !== undefined) return modules ? await importFile(script) : require(script);
  const esm = present('.mjs');
  if (esm !== undefined) return await importFile(esm);
  const common = present('.cjs');
  if (common !== undefined) return require(common);
  return require(require.resolve(name, { paths: [taskRoot, folder] }));
}

async function loadOrExplain(taskRoot, folder, name) {
  try {
    return await loadModule(taskRoot, folder, name);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error), error.stack);
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error));
    throw error;
  }
}

/** Loads the handler; the errors are those that AWS reports for a handler that is not there. */
async function loadHandler(taskRoot, handler) {
  if (handler.includes('..')) {
    throw runtimeError(
      'MalformedHandlerName',
      `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const base = path.basename(handler);
  const folder = handler.slice(0, handler.indexOf(base));
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match) throw runtimeError('MalformedHandlerName', 'Bad handler');
  const exported = await loadOrExplain(taskRoot, folder, match[1]);
  const found = match[2].split('.').reduce((value, key) => value?.[key], exported);
  if (!found) throw runtimeError('HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw runtimeError('HandlerNotFound', `${handler} is not a function`);
  return found;
}

module.exports = { loadHandler, STREAMING };
