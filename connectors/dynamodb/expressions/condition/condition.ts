import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import type { AttributeType } from '../../values/attribute-type.ts';
import type { DocumentPath } from '../path.ts';

/**
 * A checked condition: of a write, or of what a query lets through.
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly operator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly lower: Operand; readonly upper: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'exists' | 'missing'; readonly path: DocumentPath }
  | { readonly kind: 'has-type'; readonly operand: Operand; readonly type: AttributeType }
  | { readonly kind: 'begins-with'; readonly operand: Operand; readonly prefix: Operand }
  | { readonly kind: 'contains'; readonly operand: Operand; readonly part: Operand };

/** Comparison of two operands. */
export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** What a condition compares. */
export type Operand =
  | { readonly kind: 'path'; readonly path: DocumentPath }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'size'; readonly of: Operand };

/** Every path that a condition reads. */
export function pathsOf(condition: Condition): readonly DocumentPath[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(pathsOf);
    case 'not':
      return pathsOf(condition.condition);
    case 'compare':
      return [condition.left, condition.right].flatMap(operandPaths);
    case 'between':
      return [condition.operand, condition.lower, condition.upper].flatMap(operandPaths);
    case 'in':
      return [condition.operand, ...condition.candidates].flatMap(operandPaths);
    case 'exists':
    case 'missing':
      return [condition.path];
    case 'has-type':
      return operandPaths(condition.operand);
    case 'begins-with':
      return [condition.operand, condition.prefix].flatMap(operandPaths);
    case 'contains':
      return [condition.operand, condition.part].flatMap(operandPaths);
  }
}

function operandPaths(operand: Operand): readonly DocumentPath[] {
  if (operand.kind === 'path') return [operand.path];
  return operand.kind === 'size' ? operandPaths(operand.of) : [];
}
