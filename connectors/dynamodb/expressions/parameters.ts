import { validationException } from '../values/refusal.ts';
import type { AttributeUpdate } from './legacy/attribute-updates.ts';
import type { LegacyConditions } from './legacy/conditions.ts';
import { checkEnumeration } from './legacy/enumeration.ts';
import type { ExpectedAttribute } from './legacy/expected.ts';

/** What a request may say in expressions, and in the older parameters that say the same. */
export interface ExpressionInput {
  readonly ConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
  readonly AttributeUpdates?: Readonly<Record<string, AttributeUpdate>> | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
  readonly ConditionalOperator?: string | undefined;
  readonly Expected?: Readonly<Record<string, ExpectedAttribute>> | undefined;
  readonly KeyConditions?: LegacyConditions | undefined;
  readonly QueryFilter?: LegacyConditions | undefined;
  readonly ScanFilter?: LegacyConditions | undefined;
}

/** A parameter that holds an expression. */
export type ExpressionParameter =
  | 'ConditionExpression'
  | 'FilterExpression'
  | 'KeyConditionExpression'
  | 'ProjectionExpression'
  | 'UpdateExpression';

/** A request, or a part of a batch or transaction, that takes expressions. */
export type ExpressionOperation = keyof typeof operations;

type LegacyParameter = Exclude<
  keyof ExpressionInput,
  ExpressionParameter | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

interface OperationParameters {
  /** In the order in which AWS lists them. */
  readonly expressions: readonly ExpressionParameter[];
  readonly legacy: readonly LegacyParameter[];
}

const conditional = { expressions: ['ConditionExpression'], legacy: ['Expected', 'ConditionalOperator'] } as const;
const reading = { expressions: ['ProjectionExpression'], legacy: ['AttributesToGet'] } as const;

const operations = {
  PutItem: conditional,
  DeleteItem: conditional,
  UpdateItem: {
    expressions: ['UpdateExpression', 'ConditionExpression'],
    legacy: ['AttributeUpdates', 'Expected', 'ConditionalOperator'],
  },
  GetItem: reading,
  BatchGetItem: reading,
  Query: {
    expressions: ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
    legacy: ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions'],
  },
  Scan: {
    expressions: ['ProjectionExpression', 'FilterExpression'],
    legacy: ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
  },
  TransactPut: { expressions: ['ConditionExpression'], legacy: [] },
  TransactDelete: { expressions: ['ConditionExpression'], legacy: [] },
  TransactConditionCheck: { expressions: ['ConditionExpression'], legacy: [] },
  TransactUpdate: { expressions: ['UpdateExpression', 'ConditionExpression'], legacy: [] },
  TransactGet: { expressions: ['ProjectionExpression'], legacy: [] },
} as const satisfies Record<string, OperationParameters>;

/** The expressions that an operation takes. */
export function expressionsOf(operation: ExpressionOperation): readonly ExpressionParameter[] {
  return operations[operation].expressions;
}

/**
 * Refuses requests that mix expressions with the older parameters, or have placeholders without expressions. AWS does it
 * before it looks at any value.
 */
export function checkExpressionParameters(operation: ExpressionOperation, input: ExpressionInput): void {
  const { expressions, legacy }: OperationParameters = operations[operation];
  const given = expressions.filter((name) => input[name] !== undefined);
  const older = legacy.filter((name) => input[name] !== undefined && !keysWithoutExpression(name, input));
  if (given.length > 0 && older.length > 0) {
    throw validationException(
      `Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {${older.join(', ')}} Expression parameters: {${given.join(', ')}}`,
    );
  }
  if (input.ExpressionAttributeNames && given.length === 0) {
    throw validationException('ExpressionAttributeNames can only be specified when using expressions');
  }
  refuseValuesAlone(expressions, input);
  checkEnumeration(input.ConditionalOperator, 'conditionalOperator', ['OR', 'AND']);
}

/** `KeyConditions` go with a filter or projection expression as long as the key has none. */
function keysWithoutExpression(name: LegacyParameter, input: ExpressionInput): boolean {
  return name === 'KeyConditions' && input.KeyConditionExpression === undefined;
}

function refuseValuesAlone(expressions: readonly ExpressionParameter[], input: ExpressionInput): void {
  if (!input.ExpressionAttributeValues) return;
  const takers = expressions.filter((name) => name !== 'ProjectionExpression');
  if (takers.length === 0 || takers.some((name) => input[name] !== undefined)) return;
  const verb = takers.length > 1 ? 'are' : 'is';
  throw validationException(
    `ExpressionAttributeValues can only be specified when using expressions: ${takers.join(' and ')} ${verb} null`,
  );
}
