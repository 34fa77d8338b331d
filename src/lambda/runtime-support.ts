import type { Invoker } from '../core/dispatch.ts';
import { invalidParameter } from './lambda-error.ts';

/** Why a function cannot run on this machine; shown as its StateReason. */
export interface RuntimeProblem {
  readonly reason: string;
  readonly code: 'InvalidRuntime';
}

/** What this machine can run. */
export interface RuntimeSupport {
  /** `undefined` when it runs. Looked up once per identifier. */
  problemWith(runtime: string): Promise<RuntimeProblem | undefined>;
  /** Tells the user, at creation, when another version than the wanted one will run the function. */
  announce(functionName: string, runtime: string): Promise<void>;
}

/**
 * @param strict with `--strict-runtimes`, only the very version that the identifier names will do
 */
export function createRuntimeSupport(options: {
  readonly invoker: Pick<Invoker, 'support'>;
  readonly strict: boolean;
  readonly warn: (line: string) => void;
}): RuntimeSupport {
  const { invoker, strict, warn } = options;
  const known = new Map<string, Promise<RuntimeProblem | undefined>>();

  const examine = async (runtime: string): Promise<RuntimeProblem | undefined> => {
    const support = await invoker.support(runtime);
    if (!support) {
      return problem(`No interpreter for the runtime ${runtime} was found on this machine. ${remedy(runtime)}`);
    }
    if (support.exact || !strict) return undefined;
    return problem(
      `The runtime ${runtime} would run on version ${support.version}, which --strict-runtimes refuses. ${remedy(runtime)}`,
    );
  };

  const problemWith = (runtime: string) => {
    const found = known.get(runtime) ?? examine(runtime);
    known.set(runtime, found);
    found.catch(() => known.delete(runtime));
    return found;
  };

  return {
    problemWith,
    async announce(functionName, runtime) {
      const issue = await problemWith(runtime);
      if (issue) return warn(`Function "${functionName}" cannot run: ${issue.reason}`);
      const support = await invoker.support(runtime);
      if (support?.exact === false) {
        warn(`Function "${functionName}" wants ${runtime} and runs on version ${support.version}. ${remedy(runtime)}`);
      }
    },
  };
}

const problem = (reason: string): RuntimeProblem => ({ reason, code: 'InvalidRuntime' });

const remedy = (runtime: string) => `Install it, or name it with --runtime ${runtime}=/path/to/interpreter.`;

/** Identifiers that AWS takes no more: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated */
const BLOCKED = new Set([
  ...['nodejs', 'nodejs4.3', 'nodejs4.3-edge', 'nodejs6.10', 'nodejs8.10', 'nodejs10.x', 'nodejs12.x', 'nodejs14.x'],
  ...['python2.7', 'python3.6', 'python3.7', 'ruby2.5', 'ruby2.7', 'java8', 'go1.x', 'provided'],
  ...['dotnetcore1.0', 'dotnetcore2.0', 'dotnetcore2.1', 'dotnetcore3.1'],
]);

/** Identifiers that AWS takes, in the order in which it names them. */
const KNOWN = [
  ...['nodejs20.x', 'python3.14', 'provided.al2023', 'python3.12', 'python3.13', 'nodejs24.x', 'nodejs22.x', 'java25'],
  ...['python3.10', 'python3.11', 'java21', 'ruby3.3', 'ruby3.4', 'ruby3.2', 'python3.8', 'python3.9', 'java17'],
  ...['nodejs16.x', 'dotnet10', 'dotnet8', 'java11', 'dotnet6', 'nodejs18.x', 'provided.al2', 'java8.al2'],
];

/** Refuses identifiers that AWS blocks or never had, in its words. */
export function requireRuntime(runtime: string): void {
  if (BLOCKED.has(runtime)) {
    throw invalidParameter(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        'We recommend you use a supported runtime while creating or updating functions.',
    );
  }
  if (!KNOWN.includes(runtime)) {
    throw invalidParameter(
      `Value ${runtime} at 'runtime' failed to satisfy constraint: ` +
        `Member must satisfy enum value set: [${KNOWN.join(', ')}] or be a valid ARN`,
    );
  }
}
