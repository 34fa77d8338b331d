import { dirname, join } from 'node:path';
import type { FunctionSpec } from '../core/function.ts';
import { createInterpreterSearch, homeFolder } from './interpreters.ts';
import type { LanguageRuntime, Launch } from './runtime.ts';
import type { SdkCache } from './sdk-cache.ts';
import { isPacked, scanImports } from './source-scan.ts';
import { createTypeScriptBuilder } from './typescript-build.ts';
import { parseVersion } from './versions.ts';

const IDENTIFIER = /^nodejs(\d+)\.x$/;
/** `import … from`, `import(…)` and `require(…)` of a package that AWS's runtime has built in. */
const SDK_IMPORT = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]((?:@aws-sdk|@smithy)\/[\w.-]+)/g;
const MISSING_SDK = /Cannot find (?:module|package) '((?:@aws-sdk|@smithy)\/[\w.-]+)/;

/** Functions in JavaScript and TypeScript. */
export function nodeRuntime(options: {
  readonly assets: string;
  readonly workDir: string;
  readonly paths: ReadonlyMap<string, string>;
  readonly sdk: SdkCache;
}): LanguageRuntime {
  const { assets, paths, sdk } = options;
  const search = createInterpreterSearch({
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
  const typescript = createTypeScriptBuilder(join(options.workDir, 'typescript'));
  const learnt = new Map<string, Set<string>>();
  const scanned = new Map<string, Promise<ReadonlySet<string>>>();

  /** Once per revision: what the sources import, and what a failed start taught us. */
  async function sdkPackagesOf(spec: FunctionSpec): Promise<readonly string[]> {
    const key = keyOf(spec);
    const scan = scanned.get(key) ?? scanSources(spec.codeDir);
    scanned.set(key, scan);
    return [...(await scan), ...(learnt.get(key) ?? [])];
  }

  return {
    name: 'nodejs',
    identifiers: ['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'],
    runs: (identifier) => IDENTIFIER.test(identifier),
    label: (identifier) => `nodejs:${majorOf(identifier)}`,
    support: (identifier) => search.find([majorOf(identifier)], paths.get(identifier)),
    async prepare(spec, support): Promise<Launch> {
      // A deployed .ts file runs on AWS from Node.js 24 on; a live folder's always does here.
      const built =
        spec.live || majorOf(spec.runtime) >= 24 ? await typescript.build(spec.codeDir, spec.handler) : undefined;
      const packages = built ? [...built.sdkPackages, ...(learnt.get(keyOf(spec)) ?? [])] : await sdkPackagesOf(spec);
      const sdkFolder = packages.length > 0 ? await sdk.node(packages) : undefined;
      const sdkModules = sdkFolder && join(sdkFolder, 'node_modules');
      return {
        command: support.path,
        args: [
          ...heapFlags(spec.memoryMb),
          '--expose-gc',
          '--max-http-header-size=81920',
          ...(built ? ['--enable-source-maps'] : []),
          join(assets, 'nodejs/bootstrap.cjs'),
        ],
        binFolder: dirname(support.path),
        variables: {
          NODE_PATH: [sdkModules, join(spec.codeDir, 'node_modules'), spec.codeDir].filter(Boolean).join(':'),
          ...(sdkFolder ? { _HEADWATER_SDK: sdkFolder } : {}),
          ...(built ? { _HEADWATER_ENTRY: built.file } : {}),
        },
      };
    },
    async remedy(spec, _support, errorMessage) {
      const missing = MISSING_SDK.exec(errorMessage)?.[1];
      if (missing === undefined) return false;
      const names = learnt.get(keyOf(spec)) ?? new Set();
      if (names.has(missing)) return false;
      learnt.set(keyOf(spec), names.add(missing));
      return (await sdk.node([...(await sdkPackagesOf(spec))])) !== undefined;
    },
  };
}

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
