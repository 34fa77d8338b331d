/** A map whose keys can be walked in UTF-8 byte order, from any place on. */
export interface KeyIndex<Value> {
  readonly size: number;
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  /** The values whose keys are not before `bound`, in order. The map must not change meanwhile. */
  from(bound: KeyBound): Iterable<Value>;
  values(): Iterable<Value>;
}

/** A place in the order of keys; made by {@link atKey}, {@link behindKey} and {@link behindPrefix}. */
export type KeyBound = string & { readonly __order: 'utf-8' };

/** Splitting at this size keeps an insertion at some microseconds with a million keys. */
const BLOCK_KEYS = 512;

/** Sorted blocks of keys beside a hash map. */
export function createKeyIndex<Value>(): KeyIndex<Value> {
  const values = new Map<string, Value>();
  const blocks: string[][] = [[]];

  /** The last block that begins at or before the bound. */
  const blockOf = (bound: string) => Math.max(0, lowerBound(blocks.length, (i) => (blocks[i]?.[0] ?? '') <= bound) - 1);
  const placeIn = (block: readonly string[], bound: string) =>
    lowerBound(block.length, (i) => (block[i] ?? '') < bound);

  const insert = (order: string) => {
    const at = blockOf(order);
    const block = blocks[at] ?? [];
    block.splice(placeIn(block, order), 0, order);
    if (block.length > BLOCK_KEYS) blocks.splice(at + 1, 0, block.splice(BLOCK_KEYS / 2));
  };

  function* from(bound: string): Iterable<Value> {
    const first = blockOf(bound);
    for (let b = first; b < blocks.length; b++) {
      const block = blocks[b] ?? [];
      for (let i = b === first ? placeIn(block, bound) : 0; i < block.length; i++) {
        yield values.get(block[i] ?? '') as Value;
      }
    }
  }

  return {
    get size() {
      return values.size;
    },
    get: (key) => values.get(atKey(key)),
    set(key, value) {
      const order = atKey(key);
      if (!values.has(order)) insert(order);
      values.set(order, value);
    },
    delete(key) {
      const order = atKey(key);
      if (!values.delete(order)) return;
      const at = blockOf(order);
      const block = blocks[at] ?? [];
      block.splice(placeIn(block, order), 1);
      if (block.length === 0 && blocks.length > 1) blocks.splice(at, 1);
    },
    from,
    values: () => from(''),
  };
}

/** How many of the first `count` places satisfy the condition, which holds for some and then for none. */
function lowerBound(count: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The place of a key. JavaScript compares UTF-16 units, where surrogates (characters beyond U+FFFF) come before U+E000;
 * in UTF-8 they come last. Moving surrogates up and the rest down makes both orders one.
 */
export function atKey(key: string): KeyBound {
  if (!/[\ud800-\uffff]/.test(key)) return key as KeyBound;
  let order = '';
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    const moved = unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
    order += String.fromCharCode(moved);
  }
  return order as KeyBound;
}

/** The place right behind a key. */
export const behindKey = (key: string): KeyBound => `${atKey(key)}\u0000` as KeyBound;

/** The place behind all keys that begin with the prefix, which is not empty. */
export function behindPrefix(prefix: string): KeyBound {
  const order = atKey(prefix).replace(/\uffff+$/, '');
  const last = order.length - 1;
  return (order.slice(0, last) + String.fromCharCode(order.charCodeAt(last) + 1)) as KeyBound;
}
