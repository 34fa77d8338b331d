import type { ServiceError } from '../../../src/core/errors.ts';
import { type ByteStream, type RequestContext, trailersOf } from '../../../src/core/operation.ts';
import type { ReceivedBody } from '../../../src/core/ports/object-store.ts';
import { invalidRequest, refusal } from '../errors.ts';
import {
  CHECKSUM_ALGORITHMS,
  CHECKSUM_BYTES,
  type ChecksumAlgorithm,
  type ChecksumMembers,
  checksumHeader,
  createDigest,
  DEFAULT_ALGORITHM,
  givenChecksums,
  isBase64Of,
} from './checksum.ts';

/** The members of a request that say what its body must be. */
export interface BodyInput extends ChecksumMembers {
  readonly Body?: ByteStream | undefined;
  readonly ContentMD5?: string | undefined;
}

/** A body whose checksums are computed as it streams through. */
export interface CheckedBody {
  readonly stream: ByteStream;
  /** The algorithm that the client chose, else the default. */
  readonly algorithm: ChecksumAlgorithm;
  /** Whether the client chose it. */
  readonly isGiven: boolean;
  /** Once the stream has ended: refuses a body that is not what the client said, else gives its checksums. */
  verify(received: ReceivedBody): Checksums;
}

/** Base64 by algorithm. */
export type Checksums = Readonly<Partial<Record<ChecksumAlgorithm, string>>>;

/** What differs between the operations that take a body. */
export interface BodyOptions {
  /** Computed beside what the client chose, e.g. the checksum that an upload keeps. */
  readonly also?: ChecksumAlgorithm | undefined;
  /** PutObject reports a wrong Content-MD5 in hex, UploadPart as it came (recorded). */
  readonly expectedDigest: 'hex' | 'base64';
}

/** Refuses malformed checksums at once; the body is compared when it has streamed through, before anything is visible. */
export function checkedBody(
  input: BodyInput,
  { headers }: Pick<RequestContext, 'headers'>,
  { also, expectedDigest }: BodyOptions,
): CheckedBody {
  checkContentMd5(input.ContentMD5);
  const given = givenChecksum(input);
  const trailer = announcedTrailer(headers['x-amz-trailer']);
  const algorithm = given?.algorithm ?? trailer ?? DEFAULT_ALGORITHM;
  const body = input.Body ?? emptyBody();
  const { stream, checksums } = digested(body, [algorithm, also ?? algorithm]);
  return {
    algorithm,
    isGiven: given !== undefined || trailer !== undefined,
    stream,
    verify(received) {
      compareMd5(input.ContentMD5, received.md5, expectedDigest);
      const computed = checksums();
      if (given) compare(given.algorithm, given.value, computed);
      else if (trailer) compare(trailer, trailersOf(body)[checksumHeader(trailer)], computed);
      return computed;
    },
  };
}

/** How long the body of a request will be, as far as its headers say. */
export function announcedSize({ headers }: Pick<RequestContext, 'headers'>): number | undefined {
  const announced = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
  return announced === undefined ? undefined : Number(announced);
}

async function* emptyBody(): ByteStream {}

/** A stream whose checksums can be asked for once it has ended. */
export function digested(
  body: ByteStream,
  algorithms: readonly ChecksumAlgorithm[],
): { readonly stream: ByteStream; checksums(): Checksums } {
  const digests = [...new Set(algorithms)].map((each) => [each, createDigest(each)] as const);
  const stream = (async function* () {
    for await (const chunk of body) {
      for (const [, digest] of digests) digest.update(chunk);
      yield chunk;
    }
  })();
  return {
    stream,
    checksums: () => Object.fromEntries(digests.map(([each, digest]) => [each, digest.digest().toString('base64')])),
  };
}

/** The one checksum that a request may give, well-formed. */
export function givenChecksum(input: ChecksumMembers) {
  const [given, ...more] = givenChecksums(input);
  if (more.length > 0) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  if (given && !isBase64Of(CHECKSUM_BYTES[given.algorithm], given.value)) {
    throw invalidRequest(`Value for ${checksumHeader(given.algorithm)} header is invalid.`);
  }
  return given;
}

/** The refusal of bytes that are not what the client said. */
export const badChecksum = (algorithm: ChecksumAlgorithm): ServiceError =>
  refusal(400, 'BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`);

function compare(algorithm: ChecksumAlgorithm, expected: string | undefined, computed: Checksums): void {
  if (expected === undefined) {
    throw refusal(
      400,
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    );
  }
  if (computed[algorithm] !== expected) throw badChecksum(algorithm);
}

function announcedTrailer(names: string | undefined): ChecksumAlgorithm | undefined {
  const announced =
    names
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim()) ?? [];
  return CHECKSUM_ALGORITHMS.find((algorithm) => announced.includes(checksumHeader(algorithm)));
}

function checkContentMd5(given: string | undefined): void {
  if (given === undefined || isBase64Of(16, given)) return;
  throw refusal(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.', { 'Content-MD5': given });
}

function compareMd5(given: string | undefined, md5: string, form: BodyOptions['expectedDigest']): void {
  const calculated = Buffer.from(md5, 'hex').toString('base64');
  if (given === undefined || given === calculated) return;
  throw refusal(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.', {
    ExpectedDigest: form === 'hex' ? Buffer.from(given, 'base64').toString('hex') : given,
    CalculatedDigest: calculated,
  });
}
