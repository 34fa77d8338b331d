import { ServiceError } from '../../../src/core/errors.ts';
import type { PatternNotValid } from '../../../src/core/event-pattern.ts';

/** A pattern that is refused, in AWS's words. */
export const invalidPattern = ({ message }: PatternNotValid): ServiceError =>
  new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${message}`);
