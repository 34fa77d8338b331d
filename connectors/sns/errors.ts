import { ServiceError } from '../../src/core/errors.ts';

// The texts are AWS's own.

/** A parameter that SNS refuses: `Invalid parameter: …`. */
export const invalidParameter = (what: string): ServiceError =>
  new ServiceError('InvalidParameter', `Invalid parameter: ${what}`);

/** A message attribute that SNS refuses in a sentence of its own. */
export const invalidAttribute = (message: string): ServiceError => new ServiceError('ParameterValueInvalid', message);

/** Something that is not there. */
export const notFound = (what: 'Topic' | 'Subscription'): ServiceError =>
  new ServiceError('NotFound', `${what} does not exist`);

/** A topic as operations on tags miss it. */
export const resourceNotFound = (): ServiceError => new ServiceError('ResourceNotFound', 'Resource does not exist');

/** A member that the operation needs and the request lacks. */
export const missingValue = (parameter: string): ServiceError =>
  invalidParameter(`${parameter} Reason: no value for required parameter`);

/** A member that AWS's constraint layer misses. */
export const missingMember = (member: string): ServiceError =>
  new ServiceError(
    'ValidationError',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );

/** A caller whom the topic's policy does not let in. */
export function notAuthorized(caller: string, action: string, resource: string): ServiceError {
  return new ServiceError(
    'AuthorizationError',
    `User: ${caller} is not authorized to perform: SNS:${action} on resource: ${resource} because no resource-based policy allows the SNS:${action} action`,
    { status: 403 },
  );
}

/** One filter policy more than a topic or an account may have. Text unverified. */
export const filterPolicyLimitExceeded = (): ServiceError =>
  new ServiceError('FilterPolicyLimitExceeded', 'Filter policy limit exceeded', { status: 403 });

/** A parameter of AWS that Headwater does not act on. */
export const unsupported = (what: string): ServiceError => invalidParameter(`Headwater does not support ${what}`);
