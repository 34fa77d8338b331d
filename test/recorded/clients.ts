import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as dynamodbstreams from '@aws-sdk/client-dynamodb-streams';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kinesis from '@aws-sdk/client-kinesis';
import * as lambda from '@aws-sdk/client-lambda';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import type { Scope } from '../../src/core/arn.ts';
import { textOfBytes } from './match.ts';
import { isShape, queryForm, queryResult, xmlError } from './query-client.ts';
import type { Shape, Value } from './scenario.ts';
import { readSubscription, type Subscription } from './subscription.ts';

/** An answer as boto3, with which the recordings were made, gives it to its caller. */
export type Answer = Shape;

/** Whose client makes a call; by default the recordings' account in the region of the case. */
export interface ClientScope {
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

/** Makes calls against one endpoint. */
export interface Clients {
  /** Services that it can call. */
  readonly services: ReadonlySet<string>;
  /** `call` is `service.Operation`. An error of the service is an answer; a failure of the client is thrown. */
  send(call: string, input: Record<string, unknown>, scope?: ClientScope): Promise<Answer>;
  /** The last subscription to a shard that was made. */
  subscription(): Subscription | undefined;
  close(): void;
}

/** The recordings' account; as an access key it puts us into it. */
export const ACCOUNT = '111111111111';
/** The recordings' region. */
export const REGION = 'us-east-1';

interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
interface Handler {
  handle(
    request: unknown,
    options: unknown,
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body?: unknown } }>;
}
interface Client {
  readonly config: { requestHandler: Handler };
  send(command: unknown): Promise<Record<string, unknown>>;
  destroy(): void;
}

const MODULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ...{ sqs, s3, lambda, sts, iam },
  ...{ kinesis, dynamodb, dynamodbstreams },
  ...{ sns, events, scheduler, logs },
};
/** Services whose errors boto3 shows with their modelled members. */
const SHOWING_MEMBERS = new Set(['lambda', 'kinesis', 'dynamodb', 'dynamodbstreams', 'scheduler']);
const CLASSES: Readonly<Record<string, string>> = {
  sqs: 'SQSClient',
  s3: 'S3Client',
  lambda: 'LambdaClient',
  sts: 'STSClient',
  iam: 'IAMClient',
  kinesis: 'KinesisClient',
  dynamodb: 'DynamoDBClient',
  dynamodbstreams: 'DynamoDBStreamsClient',
  sns: 'SNSClient',
  events: 'EventBridgeClient',
  scheduler: 'SchedulerClient',
  logs: 'CloudWatchLogsClient',
};

/** @param checksums whether uploads carry a checksum by default, as SDKs do since January 2025 */
export function createClients(endpoint: string, checksums: boolean, region = REGION): Clients {
  const clients = new Map<string, { readonly client: Client; readonly last: () => RawResponse | undefined }>();
  const clientOf = (service: string, scope: Scope) => {
    const key = `${service} ${scope.account} ${scope.region}`;
    const known = clients.get(key) ?? openClient(service, endpoint, checksums, scope);
    clients.set(key, known);
    return known;
  };
  let subscription: Subscription | undefined;
  return {
    subscription: () => subscription,
    services: new Set([...Object.keys(MODULES), 'sqs-query']),
    async send(call, input, { account = ACCOUNT, region: ownRegion = region } = {}) {
      const [service = '', operation = ''] = call.split('.');
      if (service === 'sqs-query') return await sendQuery(endpoint, operation, input as Shape);
      const { client, last } = clientOf(service, { account, region: ownRegion });
      const command = MODULES[service]?.[`${operation}Command`] as new (input: unknown) => unknown;
      if (!command) throw new Error(`The SDK has no ${call}`);
      try {
        const { EventStream: stream, ...output } = await client.send(new command(input));
        if (stream) subscription = readSubscription(stream as AsyncIterable<unknown>, plain);
        const answer = await successShape(output, last()?.headers ?? {});
        // boto3 gives a stream for the payload, also when there is none.
        return call === 'lambda.Invoke' ? { ...answer, Payload: answer['Payload'] ?? '' } : answer;
      } catch (error) {
        const response = last();
        if (!response || response.status < 300) throw error;
        return errorShape(service, response);
      }
    },
    close: () => {
      for (const { client } of clients.values()) client.destroy();
    },
  };
}

function openClient(service: string, endpoint: string, checksums: boolean, { account, region }: Scope) {
  const whenSupported = checksums ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  const Class = MODULES[service]?.[CLASSES[service] ?? ''] as new (config: unknown) => Client;
  const client = new Class({
    endpoint,
    region,
    credentials: { accessKeyId: account, secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    requestChecksumCalculation: whenSupported,
    responseChecksumValidation: whenSupported,
  });
  const inner = client.config.requestHandler;
  let last: RawResponse | undefined;
  client.config.requestHandler = Object.assign(Object.create(inner), {
    async handle(request: unknown, options: unknown) {
      last = undefined;
      if (service === 's3') dropDefaultContentType(request as { readonly headers: Record<string, string> });
      const result = await inner.handle(request, options);
      const { statusCode, headers, body } = result.response;
      last = { status: statusCode, headers, body: '' };
      if (statusCode < 300) return result;
      const bytes = await readAll(body);
      last = { status: statusCode, headers, body: bytes.toString('utf8') };
      return {
        ...result,
        response: Object.assign(result.response, { body: Readable.from(bytes.length > 0 ? [bytes] : []) }),
      };
    },
  }) as Handler;
  return { client, last: () => last };
}

/** The JavaScript SDK names a type for every body; boto3, with which the recordings were made, does not. */
function dropDefaultContentType({ headers }: { readonly headers: Record<string, string> }): void {
  if (headers['content-type'] === 'application/octet-stream') delete headers['content-type'];
}

async function readAll(body: unknown): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (body) for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const SQS_SIGNATURE = `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=0`;

async function sendQuery(endpoint: string, operation: string, input: Shape): Promise<Answer> {
  const url =
    typeof input['QueueUrl'] === 'string' && input['QueueUrl'].startsWith('http') ? input['QueueUrl'] : endpoint;
  const response = await fetch(url, {
    method: 'POST',
    body: queryForm(operation, input),
    headers: { authorization: SQS_SIGNATURE },
  });
  const body = await response.text();
  const metadata = { ResponseMetadata: { HTTPStatusCode: response.status } };
  if (response.status >= 300) return { Error: xmlError(body), ...metadata };
  return { ...queryResult(operation, body), ...metadata };
}

/** What the SDK parsed, with streams read and dates as text. */
async function successShape(output: Record<string, unknown>, headers: RawResponse['headers']): Promise<Answer> {
  const { $metadata, ...members } = output;
  const status = ($metadata as { httpStatusCode?: number }).httpStatusCode ?? 0;
  const shape = (await plain(members)) as Shape;
  return { ...shape, ...partNumbers(shape), ResponseMetadata: { HTTPStatusCode: status, HTTPHeaders: headers } };
}

/** Numbers to boto3, texts to the JavaScript SDK; also in `ObjectParts`. */
function partNumbers(shape: Shape): Shape {
  const names = ['PartNumberMarker', 'NextPartNumberMarker'].filter((name) => typeof shape[name] === 'string');
  const parts = shape['ObjectParts'];
  const inParts = isShape(parts) ? { ObjectParts: { ...parts, ...partNumbers(parts) } } : {};
  return { ...inParts, ...Object.fromEntries(names.map((name) => [name, Number(shape[name])])) };
}

async function plain(value: unknown): Promise<Value> {
  if (value === null || value === undefined || typeof value !== 'object') return value as Value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return textOfBytes(Buffer.from(value));
  if (Array.isArray(value)) return await Promise.all(value.map(plain));
  const stream = value as { transformToString?: () => Promise<string> };
  if (typeof stream.transformToString === 'function') return await stream.transformToString();
  const entries = await Promise.all(
    Object.entries(value).map(async ([key, item]) => [key, await plain(item)] as const),
  );
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}

/** An error as boto3 parses it from the wire, whatever the JavaScript SDK would make of it. */
function errorShape(service: string, { status, headers, body }: RawResponse): Answer {
  const metadata = { ResponseMetadata: { HTTPStatusCode: status } };
  if (body === '') return { Error: { Code: String(status), Message: STATUS_CODES[status] ?? '' }, ...metadata };
  if (body.trimStart().startsWith('<')) {
    const error = xmlError(body);
    const modelled = error['Code'] === 'InvalidObjectState' ? { StorageClass: error['StorageClass'] } : {};
    return { ...modelled, Error: error, ...metadata };
  }
  const parsed = JSON.parse(body) as Shape;
  const { __type, ...members } = parsed;
  const shapeName =
    String(headers['x-amzn-errortype'] ?? __type ?? parsed['code'] ?? '')
      .split(':')[0]
      ?.split('#')
      .at(-1) ?? '';
  const message = parsed['message'] ?? parsed['Message'] ?? '';
  const query = headers['x-amzn-query-error']?.split(';');
  if (query)
    return { Error: { Code: query[0], Message: message, QueryErrorCode: shapeName, Type: query[1] }, ...metadata };
  // boto3 shows the members of an error that the model knows, and of that one only.
  const isModelled = SHOWING_MEMBERS.has(service) && shapeName in (MODULES[service] ?? {});
  const modelled = isModelled && isShape(members) ? members : {};
  return { ...modelled, Error: { Code: shapeName, Message: message }, ...metadata };
}
