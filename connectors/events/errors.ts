import { ServiceError } from '../../src/core/errors.ts';

// The texts are AWS's own, as recorded where no comment says otherwise.

/** A parameter that EventBridge refuses in a sentence of its own. */
export const validation = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** Something that is not there. */
export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

/** A parameter of AWS that Headwater does not act on. */
export const unsupported = (parameter: string): ServiceError => validation(`Headwater does not support ${parameter}`);

/** A bus that nobody created. */
export const busNotFound = (name: string): ServiceError => notFound(`Event bus ${name} does not exist.`);

/** A rule that nobody put. */
export const ruleNotFound = (rule: string, bus: string): ServiceError =>
  notFound(`Rule ${rule} does not exist on EventBus ${bus}.`);

/** A quota that is reached. */
export const limitExceeded = (): ServiceError =>
  new ServiceError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
