/** Compiles an address range such as `10.0.0.0/24` or `2001:db8::/32` into a test of addresses. */
export function compileCidr(range: string, refuse: (reason: string) => never): (address: string) => boolean {
  const [address = '', mask, ...rest] = range.split('/');
  if (mask === undefined || rest.length > 0) return refuse("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) return refuse('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) return refuse('Malformed CIDR, mask bits must not be negative');
  const base = addressBytes(address);
  if (base === undefined) return refuse(`Nonstandard IP address: ${address}`);
  if (base.length === 4 && bits > 31) return refuse('IPv4 mask bits must be < 32');
  if (base.length === 16 && bits > 127) return refuse('IPv6 mask bits must be < 128');
  return (text) => {
    const bytes = addressBytes(text);
    return bytes !== undefined && bytes.length === base.length && samePrefix(bytes, base, bits);
  };
}

function samePrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  const whole = bits >> 3;
  for (let index = 0; index < whole; index++) if (a[index] !== b[index]) return false;
  const rest = 8 - (bits & 7);
  return rest === 8 || (a[whole] ?? 0) >> rest === (b[whole] ?? 0) >> rest;
}

/** The bytes of an IPv4 or IPv6 address; `undefined` when the text is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  return text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text);
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(groupBytes)));
  if (head === undefined) return undefined;
  const written = head.length + (tail?.length ?? 0);
  if ([...head, ...(tail ?? [])].some(Number.isNaN) || written > 16 || (tail ? written === 16 : written < 16)) {
    return undefined;
  }
  return Uint8Array.from([...head, ...new Array<number>(16 - written).fill(0), ...(tail ?? [])]);
}

/** Two bytes of a group, four of an embedded IPv4 address; `NaN` when it is neither. */
function groupBytes(group: string): readonly number[] {
  if (group.includes('.')) return [...(ipv4Bytes(group) ?? [Number.NaN])];
  if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return [Number.NaN];
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
