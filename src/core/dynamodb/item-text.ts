import { type AttributeMap, attributeJson } from '../records/dynamodb-change.ts';

/** A value as its text has it. */
interface ParsedValue {
  B?: unknown;
  BS?: unknown[];
  readonly L?: readonly ParsedValue[];
  readonly M?: ParsedMap;
}

type ParsedMap = Readonly<Record<string, ParsedValue>>;

/** Opens the text of an item that has binaries somewhere; they are base64 in it. */
const BINARIES = 'b';

/**
 * An item as the text that is stored of it: read many times as fast as the store's own form of nested objects, which would
 * also rename an attribute that is called `__proto__`.
 */
export function itemText(item: AttributeMap): string {
  return hasBinaries(item) ? BINARIES + JSON.stringify(attributeJson(item)) : JSON.stringify(item);
}

/** The item that was written so. */
export function itemOfText(text: string): AttributeMap {
  if (!text.startsWith(BINARIES)) return JSON.parse(text) as AttributeMap;
  const parsed = JSON.parse(text.slice(BINARIES.length)) as ParsedMap;
  readBinaries(Object.values(parsed));
  return parsed as unknown as AttributeMap;
}

function hasBinaries(item: AttributeMap): boolean {
  return Object.values(item).some(function has(value): boolean {
    if ('L' in value) return value.L.some(has);
    if ('M' in value) return hasBinaries(value.M);
    return 'B' in value || 'BS' in value;
  });
}

/** Turns base64 into bytes, in place: nobody else has seen the values yet. */
function readBinaries(values: readonly ParsedValue[]): void {
  for (const value of values) {
    if (value.B !== undefined) value.B = bytesOf(value.B);
    if (value.BS) value.BS = value.BS.map(bytesOf);
    if (value.L) readBinaries(value.L);
    if (value.M) readBinaries(Object.values(value.M));
  }
}

const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64');
