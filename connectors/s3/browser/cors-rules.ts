import type { CORSConfiguration, CORSRule } from '@aws-sdk/client-s3';
import { invalidRequest, malformedXml } from '../errors.ts';

const METHODS = new Set(['GET', 'PUT', 'HEAD', 'POST', 'DELETE']);
const MAX_RULES = 100;

/** The rules of a CORS configuration, checked. */
export function checkedCorsRules(configuration: CORSConfiguration | undefined): readonly CORSRule[] {
  const rules = configuration?.CORSRules ?? [];
  if (rules.length === 0 || rules.length > MAX_RULES) throw malformedXml();
  for (const rule of rules) {
    if (!rule.AllowedOrigins?.length || !rule.AllowedMethods?.length) throw malformedXml();
    for (const method of rule.AllowedMethods) {
      if (!METHODS.has(method)) {
        throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${method}`);
      }
    }
    for (const origin of rule.AllowedOrigins) checkWildcard('AllowedOrigin', origin);
    for (const header of rule.AllowedHeaders ?? []) checkWildcard('AllowedHeader', header);
    for (const header of rule.ExposeHeaders ?? []) {
      if (header.includes('*')) {
        throw invalidRequest(
          `ExposeHeader "${header}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
        );
      }
    }
  }
  return rules;
}

function checkWildcard(what: string, text: string): void {
  if (text.split('*').length > 2) throw invalidRequest(`${what} "${text}" can not have more than one wildcard.`);
}

/** What a browser says of the request that it makes, or wants to make. */
export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** As the browser lists them; none on a request that is no preflight. */
  readonly headers: readonly string[];
}

/** The first rule that allows the request. */
export function matchingRule(rules: readonly CORSRule[], request: CorsRequest): CORSRule | undefined {
  return rules.find(
    (rule) =>
      rule.AllowedMethods?.includes(request.method) &&
      rule.AllowedOrigins?.some((pattern) => fits(pattern, request.origin)) &&
      request.headers.every((header) =>
        rule.AllowedHeaders?.some((pattern) => fits(pattern.toLowerCase(), header.toLowerCase())),
      ),
  );
}

/** One `*` stands for any text. */
function fits(pattern: string, text: string): boolean {
  const [start = '', end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}

/** The headers by which an answer tells the browser that it may read it. */
export function corsHeaders(rule: CORSRule, request: CorsRequest): Record<string, string> {
  const isForAll = rule.AllowedOrigins?.find((pattern) => fits(pattern, request.origin)) === '*';
  return {
    'access-control-allow-origin': isForAll ? '*' : request.origin,
    'access-control-allow-methods': (rule.AllowedMethods ?? []).join(', '),
    ...(request.headers.length > 0
      ? { 'access-control-allow-headers': request.headers.map((header) => header.toLowerCase()).join(', ') }
      : {}),
    ...(rule.ExposeHeaders?.length ? { 'access-control-expose-headers': rule.ExposeHeaders.join(', ') } : {}),
    ...(rule.MaxAgeSeconds === undefined ? {} : { 'access-control-max-age': String(rule.MaxAgeSeconds) }),
    ...(isForAll ? {} : { 'access-control-allow-credentials': 'true' }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}
