import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { project } from '../expressions/projection/project.ts';
import { updatedPaths } from '../expressions/update/apply-update.ts';
import type { Update } from '../expressions/update/update.ts';
import type { Table } from '../table/table.ts';
import { validationException } from '../values/refusal.ts';
import { consumedCapacity, writeUnits } from './consumed-capacity.ts';
import { type ItemKey, pickKeys } from './item-key.ts';
import type { WrittenItem } from './write-items.ts';

/** What a request wants to be told of its write. */
export interface AnswerRequest {
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
}

/** What is told of a write; only what was asked for. */
export interface WrittenAnswer {
  readonly Attributes?: AttributeMap;
  readonly ConsumedCapacity?: ConsumedCapacity;
  readonly ItemCollectionMetrics?: CollectionMetrics;
}

/** `ItemCollectionMetrics`: an estimate that is never off, and never exact. */
export interface CollectionMetrics {
  readonly ItemCollectionKey: AttributeMap;
  readonly SizeEstimateRangeGB: number[];
}

/** Refuses what only an update can return. */
export function checkReturnValues(wanted: string | undefined): void {
  if (wanted === undefined || wanted === 'NONE' || wanted === 'ALL_OLD') return;
  throw validationException('ReturnValues can only be ALL_OLD or NONE');
}

/** The answer to the write of one item. */
export function writtenAnswer(
  table: Table,
  key: ItemKey,
  written: WrittenItem,
  wanted: AnswerRequest,
  update?: Update,
): WrittenAnswer {
  const attributes = returnedValues(written, wanted.ReturnValues, update);
  const capacity =
    wanted.ReturnConsumedCapacity &&
    consumedCapacity(table, writeUnits(table, written), { wanted: wanted.ReturnConsumedCapacity, kind: 'write' });
  const metrics = collectionMetrics(table, key, wanted.ReturnItemCollectionMetrics);
  return {
    ...(attributes && { Attributes: attributes }),
    ...(capacity && { ConsumedCapacity: capacity }),
    ...(metrics && { ItemCollectionMetrics: metrics }),
  };
}

/** The size of all items with that partition key: told only of tables with local indexes. */
export function collectionMetrics(
  table: Table,
  { attributes }: ItemKey,
  wanted: string | undefined,
): CollectionMetrics | undefined {
  if (wanted !== 'SIZE' || table.localIndexes.length === 0) return undefined;
  return { ItemCollectionKey: pickKeys(attributes, { hash: table.key.hash }), SizeEstimateRangeGB: [0, 1] };
}

function returnedValues(
  { before, after }: WrittenItem,
  wanted: string | undefined,
  update: Update | undefined,
): AttributeMap | undefined {
  switch (wanted) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
      return updated(before, update);
    case 'UPDATED_NEW':
      return updated(after, update);
    default:
      return undefined;
  }
}

/** The updated attributes, where the item has any of them. */
function updated(item: AttributeMap | undefined, update: Update | undefined): AttributeMap | undefined {
  const attributes = item && update && project(updatedPaths(update), item);
  return attributes && Object.keys(attributes).length > 0 ? attributes : undefined;
}
