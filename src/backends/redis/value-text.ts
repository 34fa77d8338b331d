/**
 * Values as Redis keeps them: JSON, in which bytes are `{"$bytes":"<base64>"}`. A member that is called so already gets
 * another `$` before its name.
 */
export function toText(value: unknown): string {
  return JSON.stringify(withoutBytes(value)) ?? 'null';
}

/** The value of a text that {@link toText} made. */
export function fromText<T>(text: string): T {
  const value: unknown = JSON.parse(text);
  // Hardly any value has bytes, and looking at the text costs less than walking through what it says.
  return (text.includes('$bytes"') ? withBytes(value) : value) as T;
}

const BYTES = '$bytes';
const CALLED_SO = /^\$+bytes$/;

/** The same value where there are no bytes in it. */
function withoutBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    return { [BYTES]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  }
  if (Array.isArray(value)) {
    const items = value.map(withoutBytes);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const members = Object.entries(value);
  const plain = members.map(
    ([name, member]) => [CALLED_SO.test(name) ? `$${name}` : name, withoutBytes(member)] as const,
  );
  const isSame = plain.every(([name, member], index) => name === members[index]?.[0] && member === members[index]?.[1]);
  return isSame ? value : Object.fromEntries(plain);
}

function withBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withBytes);
  if (BYTES in value) return Buffer.from(String(value[BYTES]), 'base64');
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [CALLED_SO.test(name) ? name.slice(1) : name, withBytes(member)]),
  );
}
