import { ServiceError } from '../../src/core/errors.ts';

// The texts are AWS's own where their comments say so; else they are in its manner, as nobody has recorded them.

/** A parameter that Scheduler refuses. */
export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** A parameter of AWS that Headwater does not act on. */
export const unsupported = (what: string): ServiceError => invalid(`Headwater does not support ${what}`);

/** Recorded. */
export const invalidExpression = (expression: string): ServiceError =>
  invalid(`Invalid Schedule Expression ${expression}.`);

/** What AWS says to an ARN that no template is for. */
export const invalidTargetArn = (): ServiceError => invalid('Provided Arn is not in correct format.');

/** What AWS says to the input of a universal target. */
export const missingFields = (fields: readonly string[]): ServiceError =>
  invalidRequest(`Request payload is missing the following field(s): ${fields.join(', ')}.`);

/** What AWS says to the input of a universal target. */
export const invalidRequest = (reason: string): ServiceError =>
  invalid(`Invalid RequestJson provided. Reason ${reason}`);

/** AWS's own. */
export const scheduleNotFound = (name: string): ServiceError => notFound(`Schedule ${name} does not exist.`);

/** AWS's own. */
export const scheduleExists = (name: string): ServiceError => conflict(`Schedule ${name} already exists.`);

/** A group that is not there. */
export const groupNotFound = (name: string): ServiceError => notFound(`Schedule group ${name} does not exist.`);

/** A group that is there already. */
export const groupExists = (name: string): ServiceError => conflict(`Schedule group ${name} already exists.`);

/** A group whose schedules are being deleted. */
export const groupIsDeleting = (name: string): ServiceError => conflict(`Schedule group ${name} is being deleted.`);

function notFound(message: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', message);
}

function conflict(message: string): ServiceError {
  return new ServiceError('ConflictException', message);
}
