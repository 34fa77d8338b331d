import type { Scope } from '../../../src/core/arn.ts';
import { functionReference, unqualified } from './function-reference.ts';
import type { MappingRecord } from './mapping-record.ts';

const MAX_PAGE = 100;

/** One page of an account's mappings, oldest first. `Marker` is where the next page begins. */
export function listMappings(
  records: readonly MappingRecord[],
  query: Readonly<Record<string, unknown>>,
  scope: Scope,
  show: (record: MappingRecord) => Record<string, unknown>,
): Record<string, unknown> {
  const { EventSourceArn, FunctionName, Marker, MaxItems } = query;
  const wanted = FunctionName === undefined ? undefined : functionReference(String(FunctionName), scope);
  const found = records
    .filter(({ account, region }) => account === scope.account && region === scope.region)
    .filter(({ sourceArn }) => EventSourceArn === undefined || sourceArn === EventSourceArn)
    .filter(
      ({ functionArn }) => FunctionName === undefined || functionArn === wanted || unqualified(functionArn) === wanted,
    )
    .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.uuid < b.uuid ? -1 : 1));
  const start = Math.max(0, Marker === undefined ? 0 : Number(Buffer.from(String(Marker), 'base64').toString()) || 0);
  const end = start + Math.min(Number(MaxItems ?? MAX_PAGE), MAX_PAGE);
  return {
    EventSourceMappings: found.slice(start, end).map(show),
    ...(end < found.length ? { NextMarker: Buffer.from(String(end)).toString('base64') } : {}),
  };
}
