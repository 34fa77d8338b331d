import { HeadwaterError } from '../core/errors.ts';
import { endpointOf, foreign } from './admin-client.ts';
import type { CommandLine, Flags } from './command.ts';
import { textOf } from './parse.ts';

/** The flags of every command that calls AWS's own API. */
export const regionFlags: Flags = {
  region: { value: 'REGION', help: 'Also from AWS_REGION.', default: 'us-east-1' },
  account: { value: 'ID', help: 'The account, twelve digits.', default: '000000000000' },
};

/** AWS's own API, at the endpoint that a command line names. Refusals are `HeadwaterError`s with AWS's code and text. */
export interface ServiceClient {
  /** @param target version and name, as in `X-Amz-Target` */
  json(service: string, target: string, input: object): Promise<Record<string, unknown>>;
  get(service: string, path: string): Promise<Record<string, unknown>>;
}

/** Calls as a client of the region and account that the flags name. */
export function serviceClient(line: CommandLine): ServiceClient {
  const endpoint = endpointOf(line);
  const region = textOf(line.flags, 'region') ?? process.env['AWS_REGION'] ?? 'us-east-1';
  const accessKey = textOf(line.flags, 'account') ?? 'headwater';
  const call = async (service: string, path: string, init: RequestInit) => {
    const credential = `${accessKey}/20260101/${region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`;
    const headers = { ...init.headers, authorization };
    const response = await fetch(new URL(path, endpoint), { ...init, headers }).catch((cause) => {
      const message = `Nothing answers at ${endpoint}; start one with "headwater up", or name it with --endpoint`;
      throw new HeadwaterError('NO_ENDPOINT', message, { cause });
    });
    const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
    if (response.ok) return answer;
    const code = response.headers.get('x-amzn-errortype') ?? answer['__type'];
    if (code === undefined) throw foreign(endpoint, response.status);
    throw new HeadwaterError(
      String(code).replace(/^.*#|:.*$/g, ''),
      String(answer['message'] ?? answer['Message'] ?? code),
    );
  };
  return {
    json: (service, target, input) =>
      call(service, '/', {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
        body: JSON.stringify(input),
      }),
    get: (service, path) => call(service, path, { method: 'GET' }),
  };
}
