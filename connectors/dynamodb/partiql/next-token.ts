import { createHash } from 'node:crypto';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { checkItem } from '../values/check-value.ts';
import { validationException } from '../values/refusal.ts';

/** Where the next page of a `SELECT` begins. */
export interface PageStart {
  /** Which of the partitions that the statement names. */
  readonly range: number;
  readonly after: AttributeMap | undefined;
}

/** The `NextToken` of a page; it goes with its statement only. */
export function writeNextToken(statement: string, { range, after }: PageStart): string {
  const key = Object.entries(after ?? {}).map(([name, value]) => [
    name,
    'B' in value ? { B: Buffer.from(value.B).toString('base64') } : value,
  ]);
  return Buffer.from(JSON.stringify([digest(statement), range, after && key])).toString('base64');
}

/** Where a token says that the page begins; without one, at the beginning. */
export function readNextToken(statement: string, token: string | undefined): PageStart {
  if (token === undefined) return { range: 0, after: undefined };
  try {
    const [digested, range, key] = JSON.parse(Buffer.from(token, 'base64').toString()) as readonly unknown[];
    if (digested === digest(statement) && typeof range === 'number') return { range, after: readKey(key) };
  } catch {
    // Told of below.
  }
  throw validationException('Given NextToken is invalid');
}

function readKey(key: unknown): AttributeMap | undefined {
  if (!key) return undefined;
  const attributes = (key as readonly (readonly [string, { readonly B?: string }])[]).map(([name, value]) => [
    name,
    value.B === undefined ? value : { B: Buffer.from(value.B, 'base64') },
  ]);
  return checkItem(Object.fromEntries(attributes));
}

function digest(statement: string): string {
  return createHash('sha256').update(statement).digest('base64url').slice(0, 16);
}
