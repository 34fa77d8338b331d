import type { ServiceError } from '../../../src/core/errors.ts';
import type { RangeQuery } from '../../../src/core/ports/table-store.ts';
import { validationException } from '../values/refusal.ts';

/** What AWS says when a segment is to go on from where another one ended. */
export function outsideSegment({ number, total }: NonNullable<RangeQuery['segment']>): ServiceError {
  return validationException(
    `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${total} Segment: ${number}`,
  );
}

/** The share of a table that a parallel scan reads; everything when it is not parallel. */
export function readSegment({
  Segment: number,
  TotalSegments: total,
}: {
  readonly Segment?: number | undefined;
  readonly TotalSegments?: number | undefined;
}): RangeQuery['segment'] {
  if (number === undefined && total === undefined) return undefined;
  if (total === undefined) {
    throw validationException(
      'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (number === undefined) {
    throw validationException(
      'The Segment parameter is required but was not present in the request when parameter TotalSegments is present',
    );
  }
  if (number < total) return { number, total };
  throw validationException(
    `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${number} is not less than TotalSegments: ${total}`,
  );
}
