import type { RawRequest, RawResponse } from '../../../src/core/operation.ts';
import { refusal } from '../errors.ts';
import type { S3 } from '../service.ts';
import { type CorsRequest, corsHeaders, matchingRule } from './cors-rules.ts';
import type { RequestTarget } from './request-target.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html */
export async function answerPreflight(s3: S3, request: RawRequest, target: RequestTarget): Promise<RawResponse> {
  const { origin, 'access-control-request-method': method } = request.headers;
  if (origin === undefined) throw badRequest('Insufficient information. Origin request header needed.');
  const bucket = await s3.buckets.find(target.bucket);
  if (!bucket) throw forbidden('Bucket not found', 'OPTIONS', 'BUCKET');
  const resource = target.key === '' ? 'BUCKET' : 'OBJECT';
  if (method === undefined) throw badRequest('Invalid Access-Control-Request-Method: null');
  if (!bucket.cors) throw forbidden('CORS is not enabled for this bucket.', method, resource);
  const asked: CorsRequest = { origin, method, headers: listOf(request.headers['access-control-request-headers']) };
  const rule = matchingRule(bucket.cors, asked);
  if (rule) return { status: 200, headers: { ...corsHeaders(rule, asked), 'content-length': '0' } };
  throw forbidden(
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
    method,
    resource,
  );
}

/** Lets the browser read the answer if a rule allows it; an answer is never refused for lack of one. */
export async function withCorsHeaders(
  s3: S3,
  request: RawRequest,
  target: RequestTarget,
  answer: RawResponse,
): Promise<RawResponse> {
  const { origin = '' } = request.headers;
  const rules = (await s3.buckets.find(target.bucket))?.cors ?? [];
  const asked: CorsRequest = { origin, method: request.method, headers: [] };
  const rule = matchingRule(rules, asked);
  return rule ? { ...answer, headers: { ...answer.headers, ...corsHeaders(rule, asked) } } : answer;
}

const listOf = (header: string | undefined) =>
  (header ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

const badRequest = (message: string) => refusal(400, 'BadRequest', message);

const forbidden = (message: string, Method: string, ResourceType: 'BUCKET' | 'OBJECT') =>
  refusal(403, 'AccessForbidden', `CORSResponse: ${message}`, { Method, ResourceType });
