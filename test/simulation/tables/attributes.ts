import type { AttributeMap, AttributeValue } from '../../../src/core/records/dynamodb-change.ts';
import type { ModelItem } from './model.ts';

type Typed = { readonly [Type in 'S' | 'N']?: string } & {
  readonly L?: readonly { readonly N: string }[];
  readonly SS?: readonly string[];
};

/** An item of the API as the model has it. */
export function fromAttributes(attributes: AttributeMap): ModelItem {
  const { p, s, c, v, marks, tags, ttl } = attributes as Readonly<Record<string, Typed>>;
  return {
    p: String(p?.S),
    s: Number(s?.N),
    ...(c ? { c: Number(c.N) } : {}),
    ...(v ? { v: String(v.S) } : {}),
    ...(marks ? { marks: (marks.L ?? []).map(({ N }) => Number(N)) } : {}),
    ...(tags ? { tags: [...(tags.SS ?? [])].sort() } : {}),
    ...(ttl ? { ttl: Number(ttl.N) } : {}),
  };
}

/** A number as the API takes it. */
export const numberOf = (value: number): AttributeValue => ({ N: String(value) });

/** The key of an item as the API takes it. */
export const keyAttributes = ({ p, s }: { readonly p: string; readonly s: number }): AttributeMap => ({
  p: { S: p },
  s: numberOf(s),
});
