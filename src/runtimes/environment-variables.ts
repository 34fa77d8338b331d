import { dirname, join } from 'node:path';
import type { SessionCredentials } from '../core/credentials.ts';
import type { FunctionSpec } from '../core/function.ts';
import type { Launch } from './runtime.ts';

/**
 * What the function sees of its surroundings: what Lambda sets, its own variables, and nothing of the host's.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 *
 * Beside AWS's own there are `AWS_ENDPOINT_URL`, so that its SDK calls stay here, `HOME`, so that it does not find the
 * user's files, and `TMPDIR` where it shares `/tmp` with the host.
 */
export function environmentVariables(options: {
  readonly spec: FunctionSpec;
  readonly launch: Launch;
  readonly runtimeApiPort: number;
  readonly logStream: string;
  readonly credentials: SessionCredentials;
  readonly endpoint: string;
  readonly assets: string;
  /** `undefined` where the environment has a `/tmp` of its own. */
  readonly temporary: string | undefined;
}): Readonly<Record<string, string>> {
  const { spec, launch, credentials, temporary } = options;
  return {
    ...surroundings(options.spec, launch, options.assets),
    ...xray,
    AWS_ENDPOINT_URL: options.endpoint,
    ...(temporary === undefined ? { HOME: '/tmp' } : { HOME: temporary, TMPDIR: temporary }),
    ...launch.variables,
    ...spec.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_REGION: spec.region,
    AWS_DEFAULT_REGION: spec.region,
    ...(spec.runtime.startsWith('provided') ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}` }),
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: spec.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStream,
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${options.runtimeApiPort}`,
    ...(spec.logFormat === 'JSON'
      ? { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: spec.logLevels?.application ?? 'INFO' }
      : {}),
    LAMBDA_TASK_ROOT: spec.codeDir,
    LAMBDA_RUNTIME_DIR: options.assets,
    _HANDLER: spec.handler,
  };
}

/** No daemon listens; X-Ray's SDK is told to put up with that, as on AWS. */
const xray = {
  AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
  AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1:2000',
  _AWS_XRAY_DAEMON_ADDRESS: '127.0.0.1',
  _AWS_XRAY_DAEMON_PORT: '2000',
};

/** AWS's values with its folders replaced by ours; a function may change these. */
function surroundings(spec: FunctionSpec, launch: Launch, assets: string): Readonly<Record<string, string>> {
  const bin = launch.binFolder === undefined ? [] : [launch.binFolder];
  const lib = bin.map((folder) => join(dirname(folder), 'lib'));
  const task = [spec.codeDir, join(spec.codeDir, 'lib')];
  return {
    PATH: [...bin, '/usr/local/bin', '/usr/bin/', '/bin', '/opt/bin'].join(':'),
    LD_LIBRARY_PATH: [...lib, '/lib64', '/usr/lib64', assets, ...task, '/opt/lib'].join(':'),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PWD: spec.codeDir,
    SHLVL: '0',
  };
}
