import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ChecksumAlgorithm as AnyAlgorithm, ChecksumType } from '@aws-sdk/client-s3';
import { type CrcKind, combineCrc } from './crc-combine.ts';
import type { Digest } from './crc-table.ts';
import { createCrc32c } from './crc32c.ts';
import { createCrc64Nvme } from './crc64-nvme.ts';

/** The checksums that are computed here. */
export type ChecksumAlgorithm = Extract<AnyAlgorithm, 'CRC32' | 'CRC32C' | 'CRC64NVME' | 'SHA1' | 'SHA256'>;

/** The member of a request or an answer that holds a checksum. */
export type ChecksumMember = `Checksum${ChecksumAlgorithm}`;

/** The members by which requests and answers carry a checksum. */
export type ChecksumMembers = { readonly [member in ChecksumMember]?: string | undefined };

/** A checksum as it is kept with an object or a part. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of a composite one without the number of parts. */
  readonly value: string;
  readonly type: ChecksumType;
}

/** What AWS computes when the client names no checksum. */
export const DEFAULT_ALGORITHM: ChecksumAlgorithm = 'CRC64NVME';

/** How long each checksum is. */
export const CHECKSUM_BYTES: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

/** All algorithms, in the order in which AWS names them. */
export const CHECKSUM_ALGORITHMS = Object.keys(CHECKSUM_BYTES) as readonly ChecksumAlgorithm[];

/** The member of an algorithm. */
export const checksumMember = (algorithm: ChecksumAlgorithm): ChecksumMember => `Checksum${algorithm}`;

/** The header, or trailer, of an algorithm. */
export const checksumHeader = (algorithm: ChecksumAlgorithm): string => `x-amz-checksum-${algorithm.toLowerCase()}`;

/** The checksums that a request gives. */
export function givenChecksums(input: ChecksumMembers): readonly Omit<StoredChecksum, 'type'>[] {
  return CHECKSUM_ALGORITHMS.flatMap((algorithm) => {
    const value = input[checksumMember(algorithm)];
    return value === undefined ? [] : [{ algorithm, value }];
  });
}

/** Whether a text is well-formed base64 of so many bytes. */
export function isBase64Of(bytes: number, text: string): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

/** Starts the computation of a checksum. */
export function createDigest(algorithm: ChecksumAlgorithm): Digest {
  switch (algorithm) {
    case 'CRC32':
      return createCrc32();
    case 'CRC32C':
      return createCrc32c();
    case 'CRC64NVME':
      return createCrc64Nvme();
    default:
      return createHash(algorithm.toLowerCase());
  }
}

function createCrc32(): Digest {
  let crc = 0;
  return {
    update(bytes) {
      crc = crc32(bytes, crc);
    },
    digest() {
      const value = Buffer.alloc(4);
      value.writeUInt32BE(crc);
      return value;
    },
  };
}

const CRC_KINDS: Readonly<Partial<Record<ChecksumAlgorithm, CrcKind>>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** The checksum of the whole from those of its parts; only CRCs have one. */
export function fullObjectChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly value: string; readonly size: number }[],
): string | undefined {
  const kind = CRC_KINDS[algorithm];
  if (!kind) return undefined;
  let crc = 0n;
  for (const { value, size } of parts) {
    crc = combineCrc(kind, crc, BigInt(`0x${Buffer.from(value, 'base64').toString('hex')}`), size);
  }
  return Buffer.from(crc.toString(16).padStart(kind.bits / 4, '0'), 'hex').toString('base64');
}

/** The checksum of the parts' checksums. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string {
  const digest = createDigest(algorithm);
  for (const value of parts) digest.update(Buffer.from(value, 'base64'));
  return digest.digest().toString('base64');
}
