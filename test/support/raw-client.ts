import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** One HTTP exchange over kept connections, with none of an SDK's cost: what load and benchmarks use. */
export function exchange(
  url: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
  },
): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method: options.method ?? 'GET', headers: options.headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) }));
    });
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** A call of an AWS JSON protocol; throws when it is refused. */
function awsJson(service: string, version: '1.0' | '1.1', target: string) {
  const headers = { 'content-type': `application/x-amz-json-${version}`, authorization: authorization(service) };
  return async (endpoint: string, operation: string, input: object): Promise<Record<string, unknown>> => {
    const { status, body } = await exchange(`${endpoint}/`, {
      method: 'POST',
      headers: { ...headers, 'x-amz-target': `${target}.${operation}` },
      body: JSON.stringify(input),
    });
    if (status !== 200) throw new Error(`${operation} answered ${status}: ${body}`);
    return JSON.parse(body.toString() || '{}') as Record<string, unknown>;
  };
}

/** An SQS call over the JSON protocol; throws when it is refused. So do the others. */
export const sqs = awsJson('sqs', '1.0', 'AmazonSQS');
export const kinesis = awsJson('kinesis', '1.1', 'Kinesis_20131202');
export const events = awsJson('events', '1.1', 'AWSEvents');
export const dynamodb = awsJson('dynamodb', '1.0', 'DynamoDB_20120810');
export const logs = awsJson('logs', '1.1', 'Logs_20140328');

/** An SNS call over the query protocol, of parameters that are text; answers the XML. */
export async function sns(
  endpoint: string,
  operation: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const { status, body } = await exchange(`${endpoint}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: authorization('sns') },
    body: new URLSearchParams({ Action: operation, Version: '2010-03-31', ...parameters }).toString(),
  });
  if (status !== 200) throw new Error(`${operation} answered ${status}: ${body}`);
  return body.toString();
}

/** A call of an AWS REST protocol with JSON bodies; throws when it is refused. */
function awsRest(service: string) {
  return async (
    endpoint: string,
    method: string,
    path: string,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly status: number; readonly body: Buffer }> => {
    const answer = await exchange(`${endpoint}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: authorization(service), ...headers },
      body,
    });
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
    return answer;
  };
}

/** A Lambda call; `path` begins behind the host. */
export const lambda = awsRest('lambda');
/** So does that of an EventBridge Scheduler call. */
export const scheduler = awsRest('scheduler');

/** An S3 call; `path` is `/bucket/key`. */
export async function s3(
  endpoint: string,
  method: string,
  path: string,
  body: string | Uint8Array = '',
): Promise<Buffer> {
  const answer = await exchange(`${endpoint}${path}`, {
    method,
    headers: {
      authorization: authorization('s3'),
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'content-length': String(Buffer.byteLength(body)),
    },
    body,
  });
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
  return answer.body;
}

/** Deploys a Node function from a zip and waits until it can be invoked. */
export async function deploy(endpoint: string, name: string, zip: Uint8Array, settings: object = {}): Promise<string> {
  const { body } = await lambda(
    endpoint,
    'POST',
    '/2015-03-31/functions',
    JSON.stringify({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/lambda',
      Code: { ZipFile: Buffer.from(zip).toString('base64') },
      ...settings,
    }),
  );
  return (JSON.parse(body.toString()) as { readonly FunctionArn: string }).FunctionArn;
}
