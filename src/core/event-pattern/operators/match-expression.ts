import type { LosslessJson, LosslessObject } from '../../json/lossless-json.ts';
import { type PatternDialect, type Refuse, readTo, seenTo } from '../refusal.ts';
import { compileAnythingBut } from './anything-but.ts';
import { compileCidr } from './cidr.ts';
import { compileNumericRange } from './number-range.ts';
import { affixTest, ignoringCase, type LeafTest, onStrings } from './text-tests.ts';
import { compileWildcard } from './wildcard.ts';

const EVERYWHERE = ['exists', 'equals-ignore-case', 'prefix', 'suffix', 'numeric', 'anything-but'];
const OPERATORS: Readonly<Record<PatternDialect, ReadonlySet<string>>> = {
  rule: new Set([...EVERYWHERE, 'cidr', 'wildcard', 'exactly']),
  sns: new Set([...EVERYWHERE, 'cidr']),
  mapping: new Set(EVERYWHERE),
};

/** Compiles `{"operator": operand}`; `absent` for `{"exists": false}`. */
export function compileMatchExpression(
  expression: LosslessObject,
  dialect: PatternDialect,
  refuse: Refuse,
): LeafTest | 'absent' {
  const [entry, second] = expression.members;
  if (entry === undefined) return refuse('Match expression name not found', expression.end);
  const [operator, operand] = entry;
  if (!OPERATORS[dialect].has(operator)) return refuse(`Unrecognized match type ${operator}`, seenTo(operand));
  const compiled = compileOperator(operator, operand, dialect, refuse);
  if (second !== undefined) {
    // So AWS calls it for these two, whatever stands there.
    const list = operator === 'numeric' || operator === 'anything-but';
    const reason = list ? 'Too many elements in numeric expression' : 'Only one key allowed in match expression';
    refuse(reason, seenTo(second[1]));
  }
  return compiled;
}

function compileOperator(
  operator: string,
  operand: LosslessJson,
  dialect: PatternDialect,
  refuse: Refuse,
): LeafTest | 'absent' {
  switch (operator) {
    case 'exists':
      if (operand.kind !== 'boolean') {
        return refuse('exists match pattern must be either true or false.', seenTo(operand));
      }
      return operand.value ? () => true : 'absent';
    case 'exactly': {
      const wanted = stringOf('exact', operand, refuse);
      return onStrings((text) => text === wanted);
    }
    case 'equals-ignore-case':
      return onStrings(ignoringCase(stringOf(operator, operand, refuse)));
    case 'prefix':
    case 'suffix':
      return affix(operator, operand, dialect, refuse);
    case 'numeric':
      return compileNumericRange(operand, dialect, refuse);
    case 'cidr':
      // The service's own words: it says "prefix" of an address range that is no string.
      return onStrings(compileCidr(stringOf('prefix', operand, refuse), refuse));
    case 'wildcard':
      return onStrings(
        compileWildcard(stringOf(operator, operand, refuse), (reason) => refuse(reason, readTo(operand))),
      );
    default:
      return compileAnythingBut(operand, dialect, refuse);
  }
}

function stringOf(operator: string, operand: LosslessJson, refuse: Refuse): string {
  if (operand.kind !== 'string') return refuse(`${operator} match pattern must be a string`, seenTo(operand));
  return operand.value;
}

/** `{"prefix": "a"}`, and for rules `{"prefix": {"equals-ignore-case": "a"}}`. */
function affix(
  operator: 'prefix' | 'suffix',
  operand: LosslessJson,
  dialect: PatternDialect,
  refuse: Refuse,
): LeafTest {
  if (operand.kind !== 'object' || dialect !== 'rule') {
    return onStrings(affixTest(operator, stringOf(operator, operand, refuse)));
  }
  const [entry, second] = operand.members;
  const title = operator === 'prefix' ? 'Prefix' : 'Suffix';
  if (entry === undefined) return refuse(`${title} expression name not found`, operand.end);
  const [inner, value] = entry;
  if (inner !== 'equals-ignore-case') return refuse(`Unsupported ${operator} pattern: ${inner}`, seenTo(value));
  const test = affixTest(operator, stringOf('equals-ignore-case', value, refuse).toLowerCase());
  if (second !== undefined) refuse('Only one key allowed in match expression', seenTo(second[1]));
  return onStrings((text) => test(text.toLowerCase()));
}
