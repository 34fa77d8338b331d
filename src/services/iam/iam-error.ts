import { ServiceError } from '../../core/errors.ts';

/** 404: there is none of that name. */
export const noSuchEntity = (message: string): ServiceError =>
  new ServiceError('NoSuchEntityException', message, { status: 404 });

/** 409: the name is taken. */
export const entityAlreadyExists = (message: string): ServiceError =>
  new ServiceError('EntityAlreadyExistsException', message, { status: 409 });

/** 409: something still hangs on it. */
export const deleteConflict = (message: string): ServiceError =>
  new ServiceError('DeleteConflictException', message, { status: 409 });

/** 409: a quota. */
export const limitExceeded = (message: string): ServiceError =>
  new ServiceError('LimitExceededException', message, { status: 409 });

/** 400: no policy. */
export const malformedPolicy = (message: string): ServiceError =>
  new ServiceError('MalformedPolicyDocumentException', message, { status: 400 });
