import { crcTables, type Digest } from './crc-table.ts';

/** The polynomial of NVM Express, reflected: 0x9A6C9329AC4BC9B5. */
const tables = crcTables({ low: 0xac4bc9b5 | 0, high: 0x9a6c9329 | 0 });

/** CRC-64/NVME, eight bytes a step, in two halves of 32 bits because a BigInt for each byte would be slow. */
export function createCrc64Nvme(): Digest {
  const state = new Int32Array([-1, -1]);
  return {
    update: (bytes) => advance(state, bytes, tables.low, tables.high),
    digest() {
      const value = Buffer.alloc(8);
      value.writeInt32BE(~(state[1] as number), 0);
      value.writeInt32BE(~(state[0] as number), 4);
      return value;
    },
  };
}

function advance(state: Int32Array, bytes: Uint8Array, low: Int32Array, high: Int32Array): void {
  const half = (table: Int32Array, l: number, h: number) =>
    (table[1792 + (l & 0xff)] as number) ^
    (table[1536 + ((l >>> 8) & 0xff)] as number) ^
    (table[1280 + ((l >>> 16) & 0xff)] as number) ^
    (table[1024 + (l >>> 24)] as number) ^
    (table[768 + (h & 0xff)] as number) ^
    (table[512 + ((h >>> 8) & 0xff)] as number) ^
    (table[256 + ((h >>> 16) & 0xff)] as number) ^
    (table[h >>> 24] as number);
  const word = (at: number) =>
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  let l = state[0] as number;
  let h = state[1] as number;
  let i = 0;
  for (const whole = bytes.length - 7; i < whole; i += 8) {
    const first = l ^ word(i);
    const second = h ^ word(i + 4);
    l = half(low, first, second);
    h = half(high, first, second);
  }
  for (; i < bytes.length; i++) {
    const index = (l ^ (bytes[i] as number)) & 0xff;
    l = ((l >>> 8) | (h << 24)) ^ (low[index] as number);
    h = (h >>> 8) ^ (high[index] as number);
  }
  state[0] = l;
  state[1] = h;
}
