import { crcTables, type Digest } from './crc-table.ts';

/** Castagnoli's polynomial, reflected. */
const tables = crcTables({ low: 0x82f63b78, high: 0 });

/** CRC-32C, eight bytes a step. */
export function createCrc32c(): Digest {
  let crc = -1;
  return {
    update(bytes) {
      crc = advance(crc, bytes, tables.low);
    },
    digest() {
      const value = Buffer.alloc(4);
      value.writeInt32BE(~crc);
      return value;
    },
  };
}

function advance(start: number, bytes: Uint8Array, table: Int32Array): number {
  const at = (index: number) => table[index] as number;
  let crc = start;
  let i = 0;
  for (const whole = bytes.length - 7; i < whole; i += 8) {
    const first =
      crc ^
      ((bytes[i] as number) |
        ((bytes[i + 1] as number) << 8) |
        ((bytes[i + 2] as number) << 16) |
        ((bytes[i + 3] as number) << 24));
    crc =
      at(1792 + (first & 0xff)) ^
      at(1536 + ((first >>> 8) & 0xff)) ^
      at(1280 + ((first >>> 16) & 0xff)) ^
      at(1024 + (first >>> 24)) ^
      at(768 + (bytes[i + 4] as number)) ^
      at(512 + (bytes[i + 5] as number)) ^
      at(256 + (bytes[i + 6] as number)) ^
      at(bytes[i + 7] as number);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ at((crc ^ (bytes[i] as number)) & 0xff);
  return crc;
}
