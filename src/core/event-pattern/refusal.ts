import type { LosslessJson } from '../json/lossless-json.ts';

/**
 * Whose rules hold. `rule`: EventBridge's, the complete language. `sns`: that of filter policies, with fewer operators.
 * `mapping`: that of event source mappings, with fewer still, and numbers compared by their text.
 * docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html,
 * docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html,
 * docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export type PatternDialect = 'rule' | 'sns' | 'mapping';

/** A pattern that AWS refuses, with AWS's reason; the services put their own words before it. */
export class PatternNotValid extends Error {}

/** Ends the compilation with a reason, placed in the pattern's text as AWS's parser (Jackson) does. */
export type Refuse = (reason: string, at?: number | readonly number[]) => never;

/** Refusals for this pattern. */
export function refuserOf(text: string): Refuse {
  return (reason, at = []) => {
    const places = typeof at === 'number' ? [at] : at;
    throw new PatternNotValid([reason, ...places.map((offset) => placeOf(text, offset))].join('\n at '));
  };
}

/**
 * Where AWS's parser stands when it has met the value and not asked for its text: after the opening bracket or quote;
 * numbers and words it reads at once.
 */
export function seenTo(value: LosslessJson): number {
  return value.kind === 'object' || value.kind === 'array' || value.kind === 'string' ? value.start + 1 : value.end;
}

/** Where it stands when it has read the value's text as well. */
export function readTo(value: LosslessJson): number {
  return value.kind === 'string' ? value.end : seenTo(value);
}

/** What AWS's parser calls a pattern's text. */
export const sourceOf = (text: string): string => `(String)"${text}"`;

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `[Source: ${sourceOf(text)}; line: ${line}, column: ${offset - before.lastIndexOf('\n')}]`;
}
