import { invalidParameters, validationException } from '../values/refusal.ts';
import { checkCondition } from './condition/check-condition.ts';
import type { Condition } from './condition/condition.ts';
import { parseConditionNode } from './condition/parse-condition.ts';
import { checkKeyCondition } from './key-condition/check-key-condition.ts';
import type { KeyCondition } from './key-condition/key-condition.ts';
import { attributeUpdates } from './legacy/attribute-updates.ts';
import { filterOf, keyConditionOf } from './legacy/conditions.ts';
import { expectedCondition } from './legacy/expected.ts';
import {
  type ExpressionInput,
  type ExpressionOperation,
  type ExpressionParameter,
  expressionsOf,
} from './parameters.ts';
import { createPlaceholders, type Placeholders } from './placeholders.ts';
import { parseProjection } from './projection/parse-projection.ts';
import type { Projection } from './projection/project.ts';
import { remembered } from './syntax/remembered.ts';
import { invalidExpression } from './syntax/token.ts';
import { checkUpdate } from './update/check-update.ts';
import { parseUpdateNodes } from './update/parse-update.ts';
import type { Update } from './update/update.ts';

/** What a request says in expressions or in the older parameters: the same, whichever it uses. */
export interface RequestExpressions {
  readonly condition: Condition | undefined;
  readonly filter: Condition | undefined;
  readonly keyCondition: KeyCondition | undefined;
  readonly projection: Projection | undefined;
  readonly update: Update | undefined;
}

/** docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const MAX_EXPRESSION_BYTES = 4096;

/**
 * Reads all expressions of a request, or of one part of a batch or transaction, and checks what can be checked without
 * its table. `checkExpressionParameters` comes before.
 */
export function readExpressions(operation: ExpressionOperation, input: ExpressionInput): RequestExpressions {
  const older = readOlderParameters(operation, input);
  const placeholders = createPlaceholders(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const read = <T>(parameter: ExpressionParameter, parse: (text: string, reading: Reading) => T): T | undefined => {
    const text = expressionsOf(operation).includes(parameter) ? input[parameter] : undefined;
    if (text === undefined) return undefined;
    checkLength(text, parameter);
    return parse(text, { parameter, placeholders });
  };
  const update = read('UpdateExpression', parseUpdate);
  const condition = read('ConditionExpression', parseCondition);
  const filter = read('FilterExpression', parseCondition);
  const projection = read('ProjectionExpression', parseProjection);
  const key = read('KeyConditionExpression', parseCondition);
  placeholders.refuseUnused();
  return {
    condition: condition ?? older.condition,
    filter: filter ?? older.filter,
    keyCondition: key ? checkKeyCondition(key) : older.keyCondition,
    projection: projection ?? older.projection,
    update: update ?? older.update,
  };
}

interface Reading {
  readonly parameter: ExpressionParameter;
  readonly placeholders: Placeholders;
}

function checkLength(text: string, parameter: ExpressionParameter): void {
  if (text === '') throw invalidExpression(parameter, 'The expression can not be empty;');
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_EXPRESSION_BYTES) return;
  const message = `Expression size has exceeded the maximum allowed size; expression size: ${bytes}`;
  throw invalidExpression(parameter, message);
}

const conditionNode = remembered(parseConditionNode);
const updateNodes = remembered(parseUpdateNodes);

function parseCondition(text: string, reading: Reading): Condition {
  return checkCondition(conditionNode(text, reading.parameter), reading);
}

function parseUpdate(text: string, reading: Reading): Update {
  return checkUpdate(updateNodes(text, reading.parameter), reading);
}

function readOlderParameters(operation: ExpressionOperation, input: ExpressionInput): RequestExpressions {
  const { AttributeUpdates, AttributesToGet, ConditionalOperator, Expected, KeyConditions, QueryFilter } = input;
  const older = {
    update: AttributeUpdates && attributeUpdates(AttributeUpdates),
    condition: Expected && expectedCondition(Expected, ConditionalOperator),
    filter: readFilter(input),
    projection: AttributesToGet && projectionOf(AttributesToGet),
    keyCondition: KeyConditions && keyConditionOf(KeyConditions),
  };
  if (ConditionalOperator !== undefined) checkConditionalOperator(Expected ?? QueryFilter ?? input.ScanFilter);
  if (operation === 'Query' && !KeyConditions && input.KeyConditionExpression === undefined) {
    throw validationException(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  return older;
}

function readFilter({ QueryFilter, ScanFilter, ConditionalOperator }: ExpressionInput): Condition | undefined {
  if (QueryFilter) return filterOf('queryFilter', QueryFilter, ConditionalOperator);
  return ScanFilter && filterOf('scanFilter', ScanFilter, ConditionalOperator);
}

/** There must be something to join. */
function checkConditionalOperator(tests: object | undefined): void {
  if (!tests || Object.keys(tests).length === 0) {
    throw validationException('ConditionalOperator cannot be used without Filter or Expected');
  }
  if (Object.keys(tests).length < 2) {
    throw validationException('ConditionalOperator can only be used when Filter or Expected has two or more elements');
  }
}

/** Whole attributes, each once. */
function projectionOf(names: readonly string[]): Projection {
  const duplicate = names.find((name, index) => names.indexOf(name) < index);
  if (duplicate !== undefined) throw invalidParameters(`Duplicate value in attribute name: ${duplicate}`);
  return names.map((name) => [name] as const);
}
