import { ServiceError } from '../core/errors.ts';
import type { RequestContext } from '../core/operation.ts';
import type { Call } from './codecs/codec.ts';
import type { Signature } from './signature/signature.ts';

/** The API that a request is for, by the name of its model. */
export interface Route {
  readonly service: string;
  readonly protocol: RequestContext['protocol'];
}

/** By what stands before the operation in `X-Amz-Target`, and by the service in the path of Smithy's RPC. */
const TARGETS: Readonly<Record<string, string>> = {
  AmazonSQS: 'sqs',
  Kinesis_20131202: 'kinesis',
  DynamoDB_20120810: 'dynamodb',
  DynamoDBStreams_20120810: 'dynamodbstreams',
  AWSEvents: 'events',
  Logs_20140328: 'logs',
  GraniteServiceVersion20100801: 'cloudwatch',
};
const RPC_PATH = /\/service\/(?:[^/]*\.)?([^/.]+)\/operation\/[^/]+$/;
const SCOPES: Readonly<Record<string, Route>> = {
  sqs: { service: 'sqs', protocol: 'query' },
  sts: { service: 'sts', protocol: 'query' },
  iam: { service: 'iam', protocol: 'query' },
  lambda: { service: 'lambda', protocol: 'rest-json' },
  sns: { service: 'sns', protocol: 'query' },
  monitoring: { service: 'cloudwatch', protocol: 'query' },
  kinesis: { service: 'kinesis', protocol: 'json' },
  events: { service: 'events', protocol: 'json' },
  logs: { service: 'logs', protocol: 'json' },
  scheduler: { service: 'scheduler', protocol: 'rest-json' },
  dynamodb: { service: 'dynamodb', protocol: 'json' },
  s3: { service: 's3', protocol: 'rest-xml' },
  s3express: { service: 's3', protocol: 'rest-xml' },
};
const VERSIONS: Readonly<Record<string, string>> = {
  '2012-11-05': 'sqs',
  '2011-06-15': 'sts',
  '2010-05-08': 'iam',
  '2010-03-31': 'sns',
  '2010-08-01': 'cloudwatch',
};
const QUERY_SERVICES_BY_ACTION: readonly (readonly [RegExp, string])[] = [
  [/Topic|[Ss]ubscri|^Publish(Batch)?$/, 'sns'],
  [/Queue|Message|^(Add|Remove)Permission$/, 'sqs'],
  [/^(AssumeRole|Get(Caller|Session|Federation|Access|WebIdentity|DelegatedAccess)|Decode)/, 'sts'],
];
const S3: Route = { service: 's3', protocol: 'rest-xml' };
const LAMBDA_PATH = /^\/20\d\d-\d\d-\d\d\//;
const MAX_FORM_BYTES = 8 * 1024 * 1024;

/**
 * Finds the API: by target, then by the scope of the signature (DynamoDB Streams signs as `dynamodb`, so not the other way
 * round), then by the query protocol's parameters, then by path; what is left is S3.
 */
export function routeOf(call: Call, signature: Signature | undefined): Route | Promise<Route> {
  const target = call.headers['x-amz-target'];
  if (target) {
    const prefix = target.slice(0, target.indexOf('.'));
    const isCbor = call.headers['content-type']?.startsWith('application/x-amz-cbor') ?? false;
    return { service: TARGETS[prefix] ?? prefix, protocol: isCbor ? 'cbor' : 'json' };
  }
  if (call.headers['smithy-protocol'] === 'rpc-v2-cbor') {
    const name = RPC_PATH.exec(call.path)?.[1] ?? '';
    return { service: TARGETS[name] ?? name, protocol: 'rpc-cbor' };
  }
  if (signature?.version === 4) {
    return SCOPES[signature.service] ?? unknownService(signature.service, call);
  }
  if (signature?.version === 2) return S3;
  return unsignedRoute(call);
}

/** Refused, but in the wire format that its client reads. */
const unknownService = (service: string, call: Call): Route => ({
  service,
  protocol: isForm(call) ? 'query' : 'rest-json',
});

const isForm = (call: Call) => call.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;

function unsignedRoute(call: Call): Route | Promise<Route> {
  if (call.query.has('Action')) return queryRoute(call.query);
  // Before forms: `curl -d` says of any body that it is one.
  if (LAMBDA_PATH.test(call.path)) return { service: 'lambda', protocol: 'rest-json' };
  return call.method === 'POST' && isForm(call) ? formRoute(call) : S3;
}

async function formRoute(call: Call): Promise<Route> {
  const body = await call.body.bytes(MAX_FORM_BYTES, refuseForm);
  const form = new URLSearchParams(body.toString('utf8'));
  return form.has('Action') ? queryRoute(form) : S3;
}

function queryRoute(parameters: URLSearchParams): Route {
  const action = parameters.get('Action') ?? '';
  const service =
    VERSIONS[parameters.get('Version') ?? ''] ??
    QUERY_SERVICES_BY_ACTION.find(([pattern]) => pattern.test(action))?.[1] ??
    'iam';
  return { service, protocol: 'query' };
}

const refuseForm = () => new ServiceError('MaxMessageLengthExceeded', 'Your request was too large.', { status: 400 });
