import type { AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { typeOf } from '../../values/attribute-type.ts';
import { checkValue } from '../../values/check-value.ts';
import { invalidParameters } from '../../values/refusal.ts';
import type { Update, UpdateAction } from '../update/update.ts';
import { checkEnumeration } from './enumeration.ts';

/** One of `AttributeUpdates`. docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.AttributeUpdates.html */
export interface AttributeUpdate {
  readonly Action?: string | undefined;
  readonly Value?: unknown;
}

const ADDABLE: readonly string[] = ['N', 'SS', 'NS', 'BS', 'L'];
const DELETABLE: readonly string[] = ['SS', 'NS', 'BS'];

/** `AttributeUpdates` as an update. */
export function attributeUpdates(updates: Readonly<Record<string, AttributeUpdate>>): Update {
  const checked = Object.entries(updates).map(([name, update]) => checkUpdate(name, update));
  return { actions: checked, typeMismatch: 'Type mismatch for attribute to update' };
}

function checkUpdate(name: string, { Action: action = 'PUT', Value: input }: AttributeUpdate): UpdateAction {
  checkEnumeration(action, `attributeUpdates.${name}.member.action`, ['ADD', 'PUT', 'DELETE']);
  const path = [name] as const;
  if (input === undefined) {
    if (action === 'DELETE') return { kind: 'remove', path };
    throw invalidParameters('Only DELETE action is allowed when no attribute value is specified');
  }
  const value = checkValue(input);
  switch (action) {
    case 'DELETE':
      checkType(value, DELETABLE, 'DELETE action with value');
      return { kind: 'delete', path, value };
    case 'ADD':
      checkType(value, ADDABLE, 'ADD action');
      return { kind: 'add', path, value };
    default:
      return { kind: 'set', path, value: { kind: 'value', value } };
  }
}

function checkType(value: AttributeValue, types: readonly string[], action: string): void {
  const type = typeOf(value);
  if (!types.includes(type)) throw invalidParameters(`${action} is not supported for the type ${type}`);
}
