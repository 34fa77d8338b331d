/** How a process ended. */
export type ExitReason =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** It could not be started at all; `cause` is the system's code, e.g. `EACCES`. */
  | { readonly kind: 'not-started'; readonly command: string; readonly cause: string };

/** The body that AWS answers with when the platform, not the runtime, reports the error; key order as recorded. */
export interface PlatformError {
  readonly errorType: string;
  readonly body: Uint8Array;
}

const encode = (value: Readonly<Record<string, string>>) => Buffer.from(JSON.stringify(value));

const platformError = (errorType: string, requestId: string, message: string): PlatformError => ({
  errorType,
  body: encode({ errorType, errorMessage: `RequestId: ${requestId} Error: ${message}` }),
});

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors */
export function timedOut(requestId: string, timeoutMs: number): PlatformError {
  const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
  return platformError('Sandbox.Timedout', requestId, message);
}

export function exited(requestId: string, reason: ExitReason): PlatformError {
  switch (reason.kind) {
    case 'status':
      return platformError(
        'Runtime.ExitError',
        requestId,
        reason.status === 0
          ? 'Runtime exited without providing a reason'
          : `Runtime exited with error: exit status ${reason.status}`,
      );
    case 'signal':
      return platformError(
        'Runtime.ExitError',
        requestId,
        `Runtime exited with error: signal: ${signalText(reason.signal)}`,
      );
    case 'not-started':
      return notStarted(requestId, reason.command, reason.cause);
  }
}

/** The response was larger than AWS carries; here the keys are the other way round. */
export const responseTooLarge: PlatformError = {
  errorType: 'Function.ResponseSizeTooLarge',
  body: encode({
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    errorType: 'Function.ResponseSizeTooLarge',
  }),
};

/** Something that we do for the function before it starts went wrong, e.g. building its TypeScript. */
export function notPrepared(errorType: string, errorMessage: string): PlatformError {
  return { errorType, body: encode({ errorType, errorMessage }) };
}

const START_FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ENOEXEC: 'exec format error',
  ENOENT: 'no such file or directory',
};

function notStarted(requestId: string, command: string, cause: string): PlatformError {
  const type = 'Runtime.InvalidEntrypoint';
  if (cause === 'ENOENT' && command.endsWith('/bootstrap')) {
    const places = '[/var/task/bootstrap /opt/bootstrap]';
    return platformError(type, requestId, `Couldn't find valid bootstrap(s): ${places}`);
  }
  return platformError(type, requestId, `fork/exec ${command}: ${START_FAILURES[cause] ?? cause}`);
}

/** Signals as Go's runtime, in which AWS's platform is written, names them. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGQUIT: 'quit',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
  SIGTRAP: 'trace/breakpoint trap',
};

const signalText = (signal: string) => SIGNALS[signal] ?? signal;
