import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ServiceError } from '../../core/errors.ts';
import type { Call } from './codec.ts';
import type { LoadedModel } from './loaded-model.ts';

const MEGABYTE = 1024 * 1024;

/** A zip of 50 MB as base64 and its JSON, as recorded on AWS. */
export const MAX_ARCHIVE_BYTES = 70_167_211;
/** A batch of 1 MiB of which each character is escaped fits. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  sqs: 8 * MEGABYTE,
  s3: 8 * MEGABYTE,
  lambda: 16 * MEGABYTE,
  // Ten megabytes of records in base64, and of items as JSON that is longer than they are.
  kinesis: 16 * MEGABYTE,
  dynamodb: 32 * MEGABYTE,
};
const DEFAULT_MAX_BYTES = 8 * MEGABYTE;
const ARCHIVE_OPERATIONS = new Set(['CreateFunction', 'UpdateFunctionCode', 'PublishLayerVersion']);

/** Of these the coding belongs to what is stored or passed on. */
const KEPT_AS_SENT = new Set(['s3', 'lambda']);
const unzip = promisify(gunzip);

/** Reads a body that does not stream, refusing one above what the operation may hold. */
export function readWhole(loaded: LoadedModel, operation: string, call: Call): Promise<Buffer> {
  const { service } = loaded.model;
  const isArchive = service === 'lambda' && ARCHIVE_OPERATIONS.has(operation);
  const maxBytes = isArchive ? MAX_ARCHIVE_BYTES : (MAX_BYTES[service] ?? DEFAULT_MAX_BYTES);
  const refuse = () => tooLarge(service, operation, maxBytes);
  const body = call.body.bytes(maxBytes, refuse);
  const isZipped = call.headers['content-encoding'] === 'gzip' && !KEPT_AS_SENT.has(service);
  return isZipped ? body.then((bytes) => unzipped(bytes, maxBytes, refuse)) : body;
}

/**
 * SDKs compress what is longer than 10 KB where an operation takes that, as PutMetricData does, and agents that ship logs do.
 * docs.aws.amazon.com/sdkref/latest/guide/feature-compression.html
 */
async function unzipped(body: Buffer, maxBytes: number, refuse: () => ServiceError): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw refuse();
    throw new ServiceError('SerializationException', 'The body is not compressed with gzip, as its header says');
  }
}

function tooLarge(service: string, operation: string, maxBytes: number): ServiceError {
  if (service === 's3') {
    return new ServiceError('MaxMessageLengthExceeded', 'Your request was too large.', {
      status: 400,
      members: { MaxMessageLengthBytes: maxBytes },
    });
  }
  return new ServiceError(
    'RequestEntityTooLargeException',
    `Request must be smaller than ${maxBytes} bytes for the ${operation} operation`,
    { status: 413 },
  );
}
