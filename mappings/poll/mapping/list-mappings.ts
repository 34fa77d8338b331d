import type { Scope } from '../../../src/core/arn.ts';
import { pageBehind } from '../../../src/core/listing/page-behind.ts';
import { keyInToken, pageToken } from '../../../src/core/listing/page-token.ts';
import { functionReference, unqualified } from './function-reference.ts';
import type { MappingRecord } from './mapping-record.ts';

const MAX_PAGE = 100;

const LIST = 'mappings';
const TIME_DIGITS = 16;
const keyOf = ({ createdAtMs, uuid }: MappingRecord) => `${String(createdAtMs).padStart(TIME_DIGITS, '0')} ${uuid}`;

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
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const behind = Marker === undefined ? undefined : keyInToken(String(Marker), LIST);
  const { items, more } = pageBehind(found, keyOf, { behind, limit: Math.min(Number(MaxItems ?? MAX_PAGE), MAX_PAGE) });
  return {
    EventSourceMappings: items.map(show),
    ...(more === undefined ? {} : { NextMarker: pageToken(LIST, more) }),
  };
}
