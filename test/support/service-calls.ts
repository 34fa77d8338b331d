import { ServiceError } from '../../src/core/errors.ts';
import type { RequestContext, ServiceApi } from '../../src/core/operation.ts';

/** Where the clock of services under test starts. */
export const START_MS = Date.parse('2026-01-01T00:00:00Z');
export const ACCOUNT = '000000000000';

/** An answer with whatever members it has. */
// biome-ignore lint/suspicious/noExplicitAny: tests read the answers of all operations through one function
export type Answer = any;

const CONTEXT: RequestContext = {
  account: ACCOUNT,
  region: 'us-east-1',
  requestId: 'request',
  origin: 'http://localhost:4566',
  caller: { accessKeyId: 'test', arn: `arn:aws:iam::${ACCOUNT}:root`, userId: 'AIDAUSER' },
  sourceIp: '127.0.0.1',
  headers: {},
  protocol: 'json',
  traceHeader: undefined,
  signal: new AbortController().signal,
};

/** Calls an operation by name. */
export type Call = (name: string, input?: object, context?: Partial<RequestContext>) => Promise<Answer>;

/** Calls the operations of these APIs as the gateway does. */
export function callsTo(...apis: readonly ServiceApi[]): Call {
  return async (name, input = {}, context = {}) => {
    for (const api of apis) {
      const operation = await api.operation(name);
      if (operation) return await operation({ ...input }, { ...CONTEXT, ...context });
    }
    throw new Error(`There is no operation ${name}`);
  };
}

/** AWS's refusal that a call ends with. */
export async function refusalOf(call: Promise<unknown>): Promise<{ readonly code: string; readonly message: string }> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServiceError)) throw new Error(`No refusal, but ${error}`);
  return { code: error.code, message: error.message };
}
