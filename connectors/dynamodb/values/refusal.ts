import { ServiceError } from '../../../src/core/errors.ts';

/** What DynamoDB answers to a request that makes no sense, whatever the tables hold. */
export function validationException(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}

/** The same, in the words with which AWS opens most of them. */
export function invalidParameters(message: string): ServiceError {
  return validationException(`One or more parameter values were invalid: ${message}`);
}
