import { ServiceError } from '../../core/errors.ts';

/** A parameter whose value cannot be. */
export const invalidValue = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message);

/** Parameters that cannot go together. */
export const invalidCombination = (message: string): ServiceError =>
  new ServiceError('InvalidParameterCombinationException', message);

/** A parameter that must be there. */
export const missingParameter = (message: string): ServiceError =>
  new ServiceError('MissingRequiredParameterException', message);

/** A bound of our own: AWS takes any number of metrics. */
export const limitExceeded = (): ServiceError =>
  new ServiceError('LimitExceededFault', 'Headwater keeps no further metrics: there are too many already.');

/** A token that is none of this list. */
export const invalidToken = (): ServiceError =>
  new ServiceError('InvalidNextToken', 'The specified NextToken is invalid.');

/** What GetMetricData refuses, whatever it is. */
export const validationError = (message: string): ServiceError => new ServiceError('ValidationException', message);
