import type { Credentials } from '../../../src/core/credentials.ts';
import type { Intercept } from '../../../src/core/operation.ts';
import type { S3 } from '../service.ts';
import { answerPreflight, withCorsHeaders } from './cors.ts';
import { postObject } from './post-object.ts';
import { targetOf } from './request-target.ts';

/** What browsers do and no model holds: CORS, and forms that are posted to a bucket. */
export function createIntercept(s3: S3, credentials: Credentials | undefined): Intercept {
  return async (request, context, next) => {
    const target = targetOf(request);
    if (request.method === 'OPTIONS') return await answerPreflight(s3, request, target);
    const isForm = request.method === 'POST' && target.key === '' && target.bucket !== '' && request.query.size === 0;
    const answer = isForm ? await postObject(s3, credentials, request, target.bucket, context) : await next();
    return request.headers['origin'] === undefined ? answer : await withCorsHeaders(s3, request, target, answer);
  };
}
