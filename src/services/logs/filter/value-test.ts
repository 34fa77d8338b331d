import { PatternRefused } from './refusal.ts';
import { isRegularExpression, regularExpression } from './regular-expression.ts';

/** How a value is compared. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** What a value is compared with: as it stands in the pattern, without its quotes. */
export interface Operand {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Each part can end in one place only: a line of a million digits that is none is seen through at once. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** A test of texts; what is compared as a number must be one. */
export function valueTest(operator: Operator, { text, isQuoted }: Operand): (value: string) => boolean {
  if (operator === '=' || operator === '!=') {
    const equals = equality(text, isQuoted);
    return operator === '=' ? equals : (value) => !equals(value);
  }
  if (isQuoted || !NUMBER.test(text)) throw new PatternRefused(`Invalid numeric value '${text}'`);
  const bound = Number(text);
  const holds = ORDER[operator];
  return (value) => NUMBER.test(value) && holds(Number(value), bound);
}

const ORDER = {
  '<': (value: number, bound: number) => value < bound,
  '<=': (value: number, bound: number) => value <= bound,
  '>': (value: number, bound: number) => value > bound,
  '>=': (value: number, bound: number) => value >= bound,
} as const;

function equality(text: string, isQuoted: boolean): (value: string) => boolean {
  if (!isQuoted && isRegularExpression(text)) return regularExpression(text);
  if (!isQuoted && NUMBER.test(text)) {
    const wanted = Number(text);
    return (value) => value === text || (NUMBER.test(value) && Number(value) === wanted);
  }
  return wildcard(text);
}

/** An asterisk stands for any text at the beginning or the end; amid a text it is itself. */
function wildcard(text: string): (value: string) => boolean {
  const isOpenBefore = text.startsWith('*');
  const isOpenBehind = text.length > 1 && text.endsWith('*');
  const core = text.slice(isOpenBefore ? 1 : 0, isOpenBehind ? -1 : undefined);
  if (isOpenBefore && isOpenBehind) return (value) => value.includes(core);
  if (isOpenBefore) return (value) => value.endsWith(core);
  if (isOpenBehind) return (value) => value.startsWith(core);
  return (value) => value === core;
}
