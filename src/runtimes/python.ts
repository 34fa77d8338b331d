import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FunctionSpec } from '../core/function.ts';
import { createInterpreterSearch, homeFolder } from './interpreters.ts';
import type { LanguageRuntime, Launch, RuntimeTools } from './runtime.ts';
import { scanImports } from './source-scan.ts';
import { parseVersion } from './versions.ts';

const IDENTIFIER = /^python(3\.\d+)$/;
const SDK_NAMES = 'boto3|botocore|s3transfer|jmespath|dateutil|urllib3|six';
/** Packages that come with boto3 in AWS's runtime. */
const SDK_IMPORT = new RegExp(`^[ \\t]*(?:import|from)[ \\t]+(${SDK_NAMES})\\b`, 'gm');
const MISSING_SDK = new RegExp(`No module named '(?:${SDK_NAMES})\\b`);

/** Functions in Python. */
export function pythonRuntime({ assets, paths, sdk }: RuntimeTools): LanguageRuntime {
  const installed = (root: string, prefix: string) => ({ root, prefix, file: 'bin/python3' });
  const search = createInterpreterSearch({
    names: ([major, minor]) => [`python${major}.${minor}`, `python${major}`],
    installed: [
      installed(join(homeFolder('PYENV_ROOT', '.pyenv'), 'versions'), '3.'),
      installed(homeFolder('UV_PYTHON_INSTALL_DIR', '.local/share/uv/python'), 'cpython-3.'),
      installed(join(homeFolder('ASDF_DATA_DIR', '.asdf'), 'installs/python'), '3.'),
      installed(join(homeFolder('MISE_DATA_DIR', '.local/share/mise'), 'installs/python'), '3.'),
    ],
  });
  const learnt = new Set<string>();
  const scanned = new Map<string, Promise<boolean>>();

  async function needsSdk(spec: FunctionSpec): Promise<boolean> {
    const key = keyOf(spec);
    const scan = scanned.get(key) ?? importsSdk(spec.codeDir);
    scanned.set(key, scan);
    return learnt.has(key) || (await scan);
  }

  return {
    name: 'python',
    identifiers: ['python3.9', 'python3.10', 'python3.11', 'python3.12', 'python3.13', 'python3.14'],
    runs: (identifier) => IDENTIFIER.test(identifier),
    label: (identifier) => `python:${IDENTIFIER.exec(identifier)?.[1]}`,
    support: (identifier) => search.find(parseVersion(identifier) ?? [3], paths.get(identifier)),
    async prepare(spec, support): Promise<Launch> {
      const sdkFolder = (await needsSdk(spec)) ? await sdk.python(support.path, support.version ?? '3') : undefined;
      const ours = join(assets, 'python');
      return {
        command: support.path,
        // An interpreter that the user chose may be a virtual environment; any other must not show what the host installed.
        args: ['-s', '-u', '-B', join(ours, 'bootstrap.py'), paths.has(spec.runtime) ? 'as-it-is' : 'isolated'],
        binFolder: dirname(support.path),
        folders: [dirname(dirname(support.path)), ...(sdkFolder ? [sdkFolder] : [])],
        variables: { PYTHONPATH: sdkFolder ? `${ours}:${sdkFolder}` : ours, LC_CTYPE: 'C.UTF-8' },
      };
    },
    async remedy(spec, support, errorMessage) {
      if (!MISSING_SDK.test(errorMessage) || learnt.has(keyOf(spec))) return false;
      learnt.add(keyOf(spec));
      return (await sdk.python(support.path, support.version ?? '3')) !== undefined;
    },
  };
}

const keyOf = (spec: FunctionSpec) => `${spec.codeDir} ${spec.revision}`;

async function importsSdk(codeDir: string): Promise<boolean> {
  const found = await scanImports({ folder: codeDir, extension: /\.py$/, pattern: SDK_IMPORT });
  return [...found].some((name) => !existsSync(join(codeDir, name)) && !existsSync(join(codeDir, `${name}.py`)));
}
