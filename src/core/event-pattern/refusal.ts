import type { LosslessJson } from '../lossless-json.ts';

/**
 * Whose rules hold: EventBridge's for `rule`; for `mapping` those of event source mappings, which know fewer operators
 * and compare numbers by their text. docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 */
export type PatternDialect = 'rule' | 'mapping';

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

/** Where AWS's parser stands when it has read the token that begins the value. */
export function endOf(value: LosslessJson): number {
  return value.kind === 'object' || value.kind === 'array' ? value.start + 1 : value.end;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `[Source: (String)"${text}"; line: ${line}, column: ${offset - before.lastIndexOf('\n')}]`;
}
