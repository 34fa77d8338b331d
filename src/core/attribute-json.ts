import type { AttributeMap, AttributeValue } from './dynamodb-change.ts';

/** An item as JSON has it: binaries are base64, everything else is as the API writes it. */
export function attributeJson(map: AttributeMap): Record<string, unknown> {
  // A null prototype: an attribute may be called `__proto__`.
  const members = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(map)) members[name] = valueJson(value);
  return members;
}

function valueJson(value: AttributeValue): unknown {
  if ('B' in value) return { B: base64(value.B) };
  if ('BS' in value) return { BS: value.BS.map(base64) };
  if ('L' in value) return { L: value.L.map(valueJson) };
  if ('M' in value) return { M: attributeJson(value.M) };
  return value;
}

const base64 = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
