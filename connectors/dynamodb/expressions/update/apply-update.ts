import type { AttributeMap, AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { sameValue } from '../../values/equality.ts';
import { nestingOf, refuseNesting } from '../../values/nesting.ts';
import { addNumbers, subtractNumbers } from '../../values/number.ts';
import { validationException } from '../../values/refusal.ts';
import { type DocumentPath, valueAt } from '../path.ts';
import { rewrite, type Write } from './rewrite.ts';
import type { Update, UpdateAction, UpdateValue } from './update.ts';

/**
 * The item after the update. All actions see the item as it was before: `SET a = b, b = a` swaps. The old item, or the key
 * where there is none yet, stays as it is.
 */
export function applyUpdate(update: Update, item: AttributeMap): AttributeMap {
  const writes = update.actions.map((action) => writeOf(action, item, update.typeMismatch));
  return rewrite(
    item,
    writes.filter((write) => write !== undefined),
  );
}

/** The paths that an update writes: of them `UPDATED_OLD` and `UPDATED_NEW` tell. */
export function updatedPaths(update: Update): readonly DocumentPath[] {
  return update.actions.map(({ path }) => path);
}

/** Whether an update makes an item where there is none: one that only takes away does not. */
export function createsItem({ actions }: Update): boolean {
  return actions.length === 0 || actions.some(({ kind }) => kind === 'set' || kind === 'add');
}

function writeOf(action: UpdateAction, item: AttributeMap, typeMismatch: string): Write | undefined {
  const { path } = action;
  switch (action.kind) {
    case 'set': {
      const value = evaluate(action.value, item, typeMismatch);
      refuseNesting(path.length - 1 + nestingOf(value));
      return { path, value };
    }
    case 'remove':
      return { path, value: undefined };
    case 'add': {
      const old = valueAt(item, path);
      return { path, value: old ? sum(old, action.value, typeMismatch) : action.value };
    }
    case 'delete': {
      const old = valueAt(item, path);
      return { path, value: old && difference(old, action.value, typeMismatch) };
    }
  }
}

function evaluate(value: UpdateValue, item: AttributeMap, typeMismatch: string): AttributeValue {
  const operand = (each: UpdateValue) => evaluate(each, item, typeMismatch);
  switch (value.kind) {
    case 'value':
      return value.value;
    case 'path':
      return existing(valueAt(item, value.path));
    case 'if-not-exists':
      return valueAt(item, value.path) ?? operand(value.otherwise);
    case 'plus':
    case 'minus': {
      const left = numberOf(operand(value.left), typeMismatch);
      const right = numberOf(operand(value.right), typeMismatch);
      return { N: value.kind === 'plus' ? addNumbers(left, right) : subtractNumbers(left, right) };
    }
    case 'list-append': {
      const left = listOf(operand(value.left), typeMismatch);
      return { L: [...left, ...listOf(operand(value.right), typeMismatch)] };
    }
  }
}

function existing(value: AttributeValue | undefined): AttributeValue {
  if (value) return value;
  throw validationException('The provided expression refers to an attribute that does not exist in the item');
}

function numberOf(value: AttributeValue, typeMismatch: string): string {
  if ('N' in value) return value.N;
  throw validationException(typeMismatch);
}

function listOf(value: AttributeValue, typeMismatch: string): readonly AttributeValue[] {
  if ('L' in value) return value.L;
  throw validationException(typeMismatch);
}

/** Numbers are added, sets united; the older parameters also append lists. */
function sum(old: AttributeValue, added: AttributeValue, typeMismatch: string): AttributeValue {
  if ('N' in old && 'N' in added) return { N: addNumbers(old.N, added.N) };
  if ('SS' in old && 'SS' in added) return { SS: [...new Set([...old.SS, ...added.SS])] };
  if ('NS' in old && 'NS' in added) return { NS: [...new Set([...old.NS, ...added.NS])] };
  if ('BS' in old && 'BS' in added) return { BS: [...old.BS, ...without(added.BS, old.BS)] };
  if ('L' in old && 'L' in added) return { L: [...old.L, ...added.L] };
  throw validationException(typeMismatch);
}

/** What is left of a set; `undefined` when nothing is, since there are no empty sets. */
function difference(old: AttributeValue, removed: AttributeValue, typeMismatch: string): AttributeValue | undefined {
  if ('SS' in old && 'SS' in removed) {
    const SS = old.SS.filter((element) => !removed.SS.includes(element));
    return SS.length > 0 ? { SS } : undefined;
  }
  if ('NS' in old && 'NS' in removed) {
    const NS = old.NS.filter((element) => !removed.NS.includes(element));
    return NS.length > 0 ? { NS } : undefined;
  }
  if ('BS' in old && 'BS' in removed) {
    const BS = without(old.BS, removed.BS);
    return BS.length > 0 ? { BS } : undefined;
  }
  throw validationException(typeMismatch);
}

function without(set: readonly Uint8Array[], removed: readonly Uint8Array[]): readonly Uint8Array[] {
  return set.filter((element) => !removed.some((other) => sameValue({ B: element }, { B: other })));
}
