const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const IPV6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/;

/** An address as AWS's engine compares it: hexadecimal digits, two for each byte. */
type AddressDigits = string;

/**
 * Compiles an address range such as `10.0.0.0/24` or `2001:db8::/32` into a test of addresses. The range begins with
 * the address as it is written, so `10.0.0.64/24` holds no address below it.
 */
export function compileCidr(range: string, refuse: (reason: string) => never): (address: string) => boolean {
  const [address, mask, ...rest] = range.replace(/\/+$/, '').split('/');
  if (address === undefined || mask === undefined || rest.length > 0) {
    return refuse("Malformed CIDR, one '/' required");
  }
  if (!/^[+-]?\d+$/.test(mask)) return refuse('Malformed CIDR, mask bits must be an integer');
  const bits = Number(mask);
  if (bits < 0) return refuse('Malformed CIDR, mask bits must not be negative');
  if (!IPV4.test(address) && !IPV6.test(address)) return refuse(`Nonstandard IP address: ${address}`);
  const bottom = addressBytes(address);
  if (bottom === undefined) return refuse(`Invalid IP address: ${address}`);
  if (bottom.length === 4 && bits > 31) return refuse('IPv4 mask bits must be < 32');
  if (bottom.length === 16 && bits > 127) return refuse('IPv6 mask bits must be < 128');
  const from = digitsOf(bottom);
  const to = digitsOf(bottom.map((byte, index) => byte | (0xff >> Math.min(8, Math.max(0, bits - index * 8)))));
  return (text) => {
    const digits = addressDigits(text);
    return digits !== undefined && digits.length === from.length && digits >= from && digits <= to;
  };
}

/** The digits of an IPv4 or IPv6 address, equal for all ways to write it; `undefined` when the text is none. */
export function addressDigits(text: string): AddressDigits | undefined {
  const bytes = addressBytes(text);
  return bytes && digitsOf(bytes);
}

const digitsOf = (bytes: Uint8Array): AddressDigits => Buffer.from(bytes).toString('hex');

function addressBytes(text: string): Uint8Array | undefined {
  if (IPV4.test(text)) return ipv4Bytes(text);
  return IPV6.test(text) ? ipv6Bytes(text) : undefined;
}

function ipv4Bytes(text: string): Uint8Array | undefined {
  const parts = text.split('.').map(Number);
  return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
}

const MAPPED_IPV4 = '00000000000000000000ffff';

/** An IPv4 address that is written as IPv6 (`::ffff:…`) is the IPv4 address, as in Java. */
function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail] = halves.map((half) => (half === '' ? [] : half.split(':').flatMap(groupBytes)));
  const written = head.length + (tail?.length ?? 0);
  if ([...head, ...(tail ?? [])].some(Number.isNaN) || (tail ? written > 14 : written !== 16)) return undefined;
  const bytes = Uint8Array.from([...head, ...new Array<number>(16 - written).fill(0), ...(tail ?? [])]);
  return digitsOf(bytes).startsWith(MAPPED_IPV4) ? bytes.slice(12) : bytes;
}

/** Two bytes of a group; `NaN` when it is none. */
function groupBytes(group: string): readonly number[] {
  if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return [Number.NaN];
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
