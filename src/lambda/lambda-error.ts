import { ServiceError } from '../core/errors.ts';

const USER = { Type: 'User' };

/** 400: what was asked for makes no sense, in AWS's words. */
export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message, { status: 400, members: USER });

/** The same where AWS sends no `Type` with it. */
export const untypedInvalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message, { status: 400, members: { Type: undefined } });

/** 400: a constraint of the model, where the limit in force is narrower than the model's. */
export const validationError = (message: string): ServiceError =>
  new ServiceError('ValidationException', `1 validation error detected: ${message}`, { status: 400 });

/** 404. */
export const notFound = (message: string): ServiceError =>
  new ServiceError('ResourceNotFoundException', message, { status: 404, members: USER });

/** 404 for a function, version or alias. */
export const functionNotFound = (arn: string): ServiceError => notFound(`Function not found: ${arn}`);

/** 404 where AWS does not say of what. */
export const resourceNotFound = (): ServiceError => notFound('The resource you requested does not exist.');

/** 409. */
export const conflict = (message: string): ServiceError =>
  new ServiceError('ResourceConflictException', message, { status: 409, members: USER });

/** 412: the caller's RevisionId is not the present one. `api` is the call that tells it. */
export const revisionMismatch = (api: 'GetFunction/GetAlias' | 'GetPolicy'): ServiceError =>
  new ServiceError(
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${api} API to retrieve the latest Revision Id`,
    { status: 412, members: USER },
  );

/** 413: neither the code nor the lack of `Type` is what the model says; this is what AWS sends. */
export const entityTooLarge = (message: string): ServiceError =>
  new ServiceError('RequestEntityTooLargeException', message, { status: 413 });

/** 403: the resource is another account's and its policy does not let the caller in. AWS sends no message. */
export const accessDenied = (message = ''): ServiceError =>
  new ServiceError('AccessDeniedException', message, { status: 403 });

/** What Headwater does not do: refused, never accepted and ignored. */
export const notSupported = (what: string): ServiceError =>
  invalidParameter(`Headwater does not support ${what} yet. Leave it out, or run this against AWS.`);
