import { ServiceError } from '../../core/errors.ts';

// The texts are AWS's own, recorded where there is a recording.

/** A parameter that CloudWatch Logs refuses in a sentence of its own. */
export const invalidParameter = (message: string): ServiceError =>
  new ServiceError('InvalidParameterException', message);

/** What newer operations call the same. */
export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

const notFound = (message: string) => new ServiceError('ResourceNotFoundException', message);

/** There is no such log group. */
export const groupNotFound = (): ServiceError => notFound('The specified log group does not exist.');

/** There is no such log stream. */
export const streamNotFound = (): ServiceError => notFound('The specified log stream does not exist.');

/** There is no such subscription filter, metric filter, destination, policy or other resource. */
export const noSuch = (what: string): ServiceError => notFound(`The specified ${what} does not exist.`);

/** There is one already. */
export const alreadyExists = (what: 'log group' | 'log stream'): ServiceError =>
  new ServiceError('ResourceAlreadyExistsException', `The specified ${what} already exists`);

/** A quota that is reached. */
export const limitExceeded = (): ServiceError => new ServiceError('LimitExceededException', 'Resource limit exceeded.');

/** A token that is none of this list. */
export const invalidToken = (): ServiceError => invalidParameter('The specified nextToken is invalid.');

/** A parameter of AWS that Headwater does not act on. */
export const unsupported = (parameter: string): ServiceError =>
  invalidParameter(`Headwater does not support ${parameter}`);

/** Refuses the first of these parameters that says anything. */
export function refuseUnsupported<Input extends object>(input: Input, names: readonly (keyof Input & string)[]): void {
  const given = names.find((name) => saysSomething(input[name]));
  if (given) throw unsupported(given);
}

const saysSomething = (value: unknown) =>
  value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
