import type { Change, Condition, Write } from './plan.ts';

/** An item as the model has it. Sets are sorted. */
export interface ModelItem {
  readonly p: string;
  readonly s: number;
  readonly c?: number;
  readonly v?: string;
  readonly marks?: readonly number[];
  readonly tags?: readonly string[];
  /** When it expires, in seconds since the epoch. */
  readonly ttl?: number;
}

/** A table by key: the simplest thing that can be said of one. It is never changed in place. */
export type Model = ReadonlyMap<string, ModelItem>;

/** What one write comes to. */
export type Effect = { readonly code: 'ok'; readonly item: ModelItem | undefined } | { readonly code: Refusal };
/** Why a write does nothing. */
export type Refusal = 'ConditionalCheckFailedException' | 'ValidationException';

/** The key of an item in the model. */
export const keyOf = ({ p, s }: { readonly p: string; readonly s: number }): string => `${p} ${s}`;

/** What the write would make of the item. */
export function effectOf(model: Model, write: Write, nowMs: number): Effect {
  const { p, s, does, when } = write;
  const item = model.get(keyOf(write));
  if (when !== undefined && !holds(item, when)) return { code: 'ConditionalCheckFailedException' };
  if (does === 'check') return { code: 'ok', item };
  if (does === 'delete') return { code: 'ok', item: undefined };
  if ('put' in does) {
    const { c, v, livesS } = does.put;
    const ttl = livesS === undefined ? {} : { ttl: Math.floor(nowMs / 1000) + livesS };
    return { code: 'ok', item: { p, s, v, ...(c === undefined ? {} : { c }), ...ttl } };
  }
  if ('increment' in does.update && item?.c === undefined) return { code: 'ValidationException' };
  // What only takes away makes no item.
  if (item === undefined && ('clear' in does.update || 'untag' in does.update)) return { code: 'ok', item };
  return { code: 'ok', item: changed(item ?? { p, s }, does.update) };
}

/** The table after a write that came to that. */
export function after(model: Model, write: Write, item: ModelItem | undefined): Model {
  const next = new Map(model);
  if (item === undefined) next.delete(keyOf(write));
  else next.set(keyOf(write), item);
  return next;
}

/** The table without what has expired. */
export const withoutExpired = (model: Model, nowMs: number): Model =>
  new Map([...model].filter(([, { ttl }]) => ttl === undefined || ttl * 1000 > nowMs));

function holds(item: ModelItem | undefined, condition: Condition): boolean {
  if (condition === 'exists') return item !== undefined;
  if (condition === 'absent') return item === undefined;
  if ('atLeast' in condition) return item?.c !== undefined && item.c >= condition.atLeast;
  return item?.v === condition.valueIs;
}

function changed(item: ModelItem, change: Change): ModelItem {
  const { marks = [], tags = [] } = item;
  if ('add' in change) return { ...item, c: (item.c ?? 0) + change.add };
  if ('increment' in change) return { ...item, c: (item.c ?? 0) + change.increment };
  if ('set' in change) return { ...item, v: change.set };
  if ('setOnce' in change) return { ...item, v: item.v ?? change.setOnce };
  if ('append' in change) return { ...item, marks: [...marks, change.append] };
  if ('tag' in change) return { ...item, tags: [...new Set([...tags, change.tag])].sort() };
  if ('untag' in change) {
    const left = tags.filter((tag) => tag !== change.untag);
    const { tags: _, ...rest } = item;
    return left.length > 0 ? { ...rest, tags: left } : rest;
  }
  const { [change.clear]: _, ...rest } = item;
  return rest;
}

/** One text for equal items. */
export const textOf = (item: ModelItem | undefined): string =>
  item === undefined
    ? 'nothing'
    : JSON.stringify(Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));

/** One text for equal tables. */
export const modelText = (model: Model): string => [...model.values()].map(textOf).sort().join('\n');
