import type { ByteRange, ObjectVersion } from '../../../src/core/ports/object-store.ts';
import { invalidArgument, invalidRequest, refusal } from '../errors.ts';

/** What of an object is asked for. */
export interface RangeInput {
  readonly Range?: string | undefined;
  readonly PartNumber?: number | undefined;
}

/** The range that a request asks for; `undefined` is the whole object. */
export function requestedRange(input: RangeInput, version: ObjectVersion): ByteRange | undefined {
  if (input.PartNumber === undefined) return headerRange(input.Range, version.size);
  if (input.Range !== undefined) {
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  }
  return partRange(input.PartNumber, version);
}

/** Syntactically wrong ranges, and several at once, are ignored: the whole object is the answer. */
function headerRange(text: string | undefined, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first > last || (from === '' && Number(to) === 0)) {
    throw refusal(416, 'InvalidRange', 'The requested range is not satisfiable', {
      RangeRequested: text ?? '',
      ActualObjectSize: String(size),
    });
  }
  return { first, last };
}

function partRange(number: number, { size, partSizes }: ObjectVersion): ByteRange {
  const sizes = partSizes ?? [size];
  const partSize = sizes[number - 1];
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', {
      ArgumentName: 'partNumber',
      ArgumentValue: String(number),
    });
  }
  if (partSize === undefined) {
    throw refusal(416, 'InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      PartNumberRequested: String(number),
      ActualPartCount: String(sizes.length),
    });
  }
  const first = sizes.slice(0, number - 1).reduce((sum, each) => sum + each, 0);
  return { first, last: first + partSize - 1 };
}

/** The range of a copied part, which must lie within the source. */
export function copiedRange(text: string | undefined, size: number): ByteRange | undefined {
  if (text === undefined) return undefined;
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(text) ?? [];
  const first = Number(from);
  const last = Number(to);
  const argument = { ArgumentName: 'x-amz-copy-source-range', ArgumentValue: text };
  if (from === undefined || to === undefined || last < first) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      argument,
    );
  }
  if (first >= size) throw invalidRequest('The specified copy range is invalid for the source object size');
  if (last >= size) throw invalidArgument(`Range specified is not valid for source object of size: ${size}`, argument);
  return { first, last };
}
