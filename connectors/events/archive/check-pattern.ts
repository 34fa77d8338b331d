import { PatternNotValid, parseEventPattern } from '../../../src/core/event-pattern.ts';
import { invalidPattern } from '../rule/invalid-pattern.ts';

/** Refuses a pattern that is none. */
export function checkPattern(pattern: string | undefined): void {
  try {
    if (pattern !== undefined) parseEventPattern(pattern, 'rule');
  } catch (error) {
    throw error instanceof PatternNotValid ? invalidPattern(error) : error;
  }
}
