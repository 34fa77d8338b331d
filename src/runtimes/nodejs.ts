import { dirname, join } from 'node:path';
import type { FunctionSpec } from '../core/function.ts';
import { createInterpreterSearch, homeFolder } from './interpreters.ts';
import type { LanguageRuntime, Launch, RuntimeTools } from './runtime.ts';
import { isPacked, scanImports } from './source-scan.ts';
import { createTypeScriptBuilder } from './typescript-build.ts';
import { parseVersion } from './versions.ts';

const IDENTIFIER = /^nodejs(\d+)\.x$/;
/** `import … from`, `import(…)` and `require(…)` of a package that AWS's runtime has built in. */
const SDK_IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]((?:@aws-sdk|@smithy)\/[\w.-]+)/g;
const FIRST_WITH_TYPESCRIPT = 24;
/** As AWS starts Node.js. */
const FLAGS = ['--expose-gc', '--max-http-header-size=81920'];
const MISSING_SDK = /Cannot find (?:module|package) '((?:@aws-sdk|@smithy)\/[\w.-]+)/;

/** Functions in JavaScript and TypeScript. */
export function nodeRuntime(tools: RuntimeTools): LanguageRuntime {
  const search = nodeSearch();
  const packages = new SdkPackages();
  const typescript = createTypeScriptBuilder(join(tools.workDir, 'typescript'));
  return {
    name: 'nodejs',
    identifiers: ['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
    runs: (identifier) => IDENTIFIER.test(identifier),
    label: (identifier) => `nodejs:${majorOf(identifier)}`,
    support: (identifier) => search.find([majorOf(identifier)], tools.paths.get(identifier)),
    async prepare(spec, support): Promise<Launch> {
      // A deployed .ts file runs on AWS from Node.js 24 on; a live folder's always does here.
      const mayBuild = spec.live || majorOf(spec.runtime) >= FIRST_WITH_TYPESCRIPT;
      const built = mayBuild ? await typescript.build(spec.codeDir, spec.handler) : undefined;
      const needed = await packages.of(spec, built?.sdkPackages);
      const sdkFolder = needed.length > 0 ? await tools.sdk.node(needed) : undefined;
      const flags = built ? ['--enable-source-maps'] : [];
      return {
        command: support.path,
        args: [...heapFlags(spec.memoryMb), ...FLAGS, ...flags, join(tools.assets, 'nodejs/bootstrap.cjs')],
        binFolder: dirname(support.path),
        folders: [dirname(support.path), ...(sdkFolder ? [sdkFolder] : []), ...(built ? [dirname(built.file)] : [])],
        variables: {
          NODE_PATH: nodePath(spec.codeDir, sdkFolder),
          ...(sdkFolder ? { _HEADWATER_SDK: sdkFolder } : {}),
          ...(built ? { _HEADWATER_ENTRY: built.file } : {}),
        },
      };
    },
    async remedy(spec, _support, errorMessage) {
      const missing = MISSING_SDK.exec(errorMessage)?.[1];
      if (missing === undefined || !packages.learn(spec, missing)) return false;
      return (await tools.sdk.node(await packages.of(spec))) !== undefined;
    },
  };
}

const nodeSearch = () =>
  createInterpreterSearch({
    names: ([major]) => ['node', `node${major}`, 'nodejs'],
    known: [{ path: process.execPath, version: parseVersion(process.versions.node) ?? [] }],
    installed: [
      { root: join(homeFolder('NVM_DIR', '.nvm'), 'versions/node'), file: 'bin/node' },
      { root: join(homeFolder('FNM_DIR', '.local/share/fnm'), 'node-versions'), file: 'installation/bin/node' },
      { root: join(homeFolder('VOLTA_HOME', '.volta'), 'tools/image/node'), file: 'bin/node' },
      { root: join(homeFolder('ASDF_DATA_DIR', '.asdf'), 'installs/nodejs'), file: 'bin/node' },
      { root: join(homeFolder('MISE_DATA_DIR', '.local/share/mise'), 'installs/node'), file: 'bin/node' },
      { root: join(homeFolder('N_PREFIX', '.n'), 'n/versions/node'), file: 'bin/node' },
      { root: '/usr/local/n/versions/node', file: 'bin/node' },
    ],
  });

/** Which packages of the SDK a function needs from the cache, by its revision. */
class SdkPackages {
  readonly #scanned = new Map<string, Promise<ReadonlySet<string>>>();
  readonly #learnt = new Map<string, Set<string>>();

  /** @param bundled what its bundle imports, where there is one; else its sources are looked through, once */
  async of(spec: FunctionSpec, bundled?: readonly string[]): Promise<readonly string[]> {
    const key = keyOf(spec);
    const learnt = this.#learnt.get(key) ?? [];
    if (bundled) return [...bundled, ...learnt];
    const scan = this.#scanned.get(key) ?? scanSources(spec.codeDir);
    this.#scanned.set(key, scan);
    return [...(await scan), ...learnt];
  }

  /** Notes a package that was missed; false when that is no news. */
  learn(spec: FunctionSpec, name: string): boolean {
    const key = keyOf(spec);
    const learnt = this.#learnt.get(key) ?? new Set();
    if (learnt.has(name)) return false;
    this.#learnt.set(key, learnt.add(name));
    return true;
  }
}

/** `require` looks here after the folders above the file that calls it. */
const nodePath = (codeDir: string, sdkFolder: string | undefined) =>
  [...(sdkFolder ? [join(sdkFolder, 'node_modules')] : []), join(codeDir, 'node_modules'), codeDir].join(':');

const keyOf = (spec: FunctionSpec) => `${spec.codeDir} ${spec.revision}`;

const majorOf = (identifier: string) => Number(IDENTIFIER.exec(identifier)?.[1]);

async function scanSources(codeDir: string): Promise<ReadonlySet<string>> {
  const found = await scanImports({ folder: codeDir, extension: /\.[cm]?[jt]s$/, pattern: SDK_IMPORT });
  return new Set([...found].filter((name) => !isPacked(codeDir, name)));
}

/** AWS gives the old generation nine tenths of the function's memory, and a twentieth to each half of the new one. */
function heapFlags(memoryMb: number): readonly string[] {
  return [
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * 0.05))}`,
  ];
}
