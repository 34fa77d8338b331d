import { ServiceError } from '../../../src/core/errors.ts';
import {
  type EventPattern,
  PatternNotValid,
  parseEventPattern,
} from '../../../src/core/event-pattern/event-pattern.ts';

/** The pattern that a text says; one that is none is refused in AWS's words. */
export function readPattern(text: string): EventPattern {
  try {
    return parseEventPattern(text, 'rule');
  } catch (error) {
    if (!(error instanceof PatternNotValid)) throw error;
    throw new ServiceError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${error.message}`);
  }
}
