import { dirname } from 'node:path';
import type { SessionCredentials } from '../core/credentials.ts';
import type { FunctionSpec } from '../core/function.ts';
import { environmentVariables } from './environment-variables.ts';
import { execWrapped } from './exec-wrapper.ts';
import type { FileIsolation } from './file-isolation.ts';
import type { StartOptions } from './function-process.ts';
import type { Launch } from './runtime.ts';

/** All that the start of a function's process depends on. */
export interface FunctionStart {
  readonly spec: FunctionSpec;
  readonly launch: Launch;
  readonly runtimeApiPort: number;
  readonly logStream: string;
  readonly credentials: SessionCredentials;
  readonly endpoint: string;
  readonly assets: string;
  /** The environment's folder for temporary files. */
  readonly temporary: string;
  readonly isolation: FileIsolation | undefined;
  readonly onLog: (message: string) => void;
}

/** The command, its variables and folders: in a mount namespace where the host allows it, else as they lie on the host. */
export function startOptions(start: FunctionStart): StartOptions {
  const { spec, launch, isolation, temporary, onLog } = start;
  const variables = environmentVariables({ ...start, temporary: isolation ? undefined : temporary });
  const inner = execWrapped(spec, launch);
  const common = { cwd: spec.codeDir, memoryMb: spec.memoryMb, onLog };
  if (!isolation) return { ...inner, ...common, env: variables };
  // A live folder stays where it is: what it imports may lie in the folders above it.
  const taskRoot = spec.live ? undefined : isolation.taskRoot;
  const place = (text: string) => (taskRoot === undefined ? text : text.replaceAll(spec.codeDir, taskRoot));
  const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, place(value)]));
  const { LD_LIBRARY_PATH: libraryPath = '', ...others } = env;
  const outer = isolation.wrap({
    command: place(inner.command),
    args: inner.args.map(place),
    codeDir: spec.codeDir,
    temporary,
    kept: [...launch.folders, start.assets, dirname(inner.command)],
    relocated: taskRoot !== undefined,
    libraryPath,
  });
  return { ...outer, ...common, env: others, program: inner.command };
}
