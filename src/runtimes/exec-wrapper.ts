import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionSpec } from '../core/function.ts';
import type { Launch } from './runtime.ts';

/**
 * A function may name a program that starts its runtime: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html
 * One that is not there ends with status 127, as AWS's shell does.
 */
export function execWrapped(spec: FunctionSpec, launch: Launch): Pick<Launch, 'command' | 'args'> {
  const named = spec.environment['AWS_LAMBDA_EXEC_WRAPPER'];
  if (!named || spec.runtime.startsWith('provided')) return launch;
  const wrapper = named.startsWith('/var/task/') ? join(spec.codeDir, named.slice('/var/task/'.length)) : named;
  if (!existsSync(wrapper)) return { command: '/bin/sh', args: ['-c', 'exit 127'] };
  return { command: wrapper, args: [launch.command, ...launch.args] };
}
