import { asArn, type Scope } from '../../core/arn.ts';
import { HeadwaterError } from '../../core/errors.ts';
import type { RequestContext, ServiceApi } from '../../core/operation.ts';
import type { Random } from '../../core/random.ts';
import type { CalledService, CallService } from './applying.ts';

const PROTOCOLS: Readonly<Record<CalledService, RequestContext['protocol']>> = {
  sqs: 'json',
  kinesis: 'json',
  dynamodb: 'json',
  lambda: 'rest-json',
  s3: 'rest-xml',
  sns: 'query',
  events: 'json',
  scheduler: 'rest-json',
  logs: 'json',
};

/** Calls operations as the gateway does for a client in that account and region. */
export function createCallService(options: {
  readonly apis: readonly ServiceApi[];
  readonly scope: Scope;
  readonly random: Random;
  /** The base of URLs that operations hand out. */
  readonly origin: string;
}): CallService {
  const { apis, scope, random, origin } = options;
  const { account } = scope;
  const caller = { accessKeyId: account, arn: asArn(`arn:aws:iam::${account}:root`), userId: account };
  return async (service, name, input, traceHeader) => {
    const operation = await apis.find((api) => api.name === service)?.operation(name);
    if (!operation) throw new HeadwaterError('NOT_SUPPORTED', `${service} does not support ${name}`);
    const output = await operation(input, {
      ...{ ...scope, origin, caller },
      requestId: random.uuid(),
      hostId: random.uuid(),
      sourceIp: '127.0.0.1',
      headers: {},
      protocol: PROTOCOLS[service],
      traceHeader,
      signal: new AbortController().signal,
    });
    return (output ?? {}) as Record<string, unknown>;
  };
}
