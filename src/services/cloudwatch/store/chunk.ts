import type { AttributeMap } from '../../../core/records/dynamodb-change.ts';
import { Distribution, type StoredDistribution } from '../data/distribution.ts';
import { floorTo, type Tier } from './tier.ts';

/** Which stretch of a metric's values an item holds, in one tier and one unit. */
export interface ChunkPlace {
  /** The metric. */
  readonly id: string;
  readonly tier: Tier;
  readonly startMs: number;
  readonly unit: string;
}

/** Values by the beginning of the stretch in which they were reported. */
export type Chunk = Map<number, Distribution>;

/** Digits of an instant, so that texts are in the order of instants. */
const INSTANT_DIGITS = 15;

/** The sort key of a chunk, or where those of an instant begin. */
export const chunkSort = (tier: Tier, startMs: number, unit = ''): string =>
  `${tier.name}/${String(startMs).padStart(INSTANT_DIGITS, '0')}/${unit}`;

/** Its primary key. */
export const chunkKey = ({ id, tier, startMs, unit }: ChunkPlace): string => `${id}/${chunkSort(tier, startMs, unit)}`;

/** The chunk that values of that instant belong to. */
export const placeAt = (id: string, tier: Tier, atMs: number, unit: string): ChunkPlace => ({
  ...{ id, tier, unit },
  startMs: floorTo(atMs, tier.chunkMs),
});

/** Where a chunk stands, by its sort key. */
export function readSort(sort: string): { readonly startMs: number; readonly unit: string } {
  const [, start = '', ...unit] = sort.split('/');
  return { startMs: Number(start), unit: unit.join('/') };
}

/** Adds what one chunk holds to another, which may be coarser. */
export function addChunk(into: Chunk, added: Chunk, { resolutionMs }: Tier): void {
  for (const [atMs, values] of added) {
    const startMs = floorTo(atMs, resolutionMs);
    const known = into.get(startMs);
    if (known) known.merge(values);
    else into.set(startMs, Distribution.restore(values.stored()));
  }
}

/** As the table store keeps it. */
export function writeChunk(chunk: Chunk): { readonly item: AttributeMap; readonly bytes: number } {
  const text = JSON.stringify(Array.from(chunk, ([atMs, values]) => [atMs, values.stored()]));
  return { item: { values: { S: text } }, bytes: text.length };
}

/** What was stored. */
export function readChunk(item: AttributeMap): Chunk {
  const { values } = item;
  const stored: readonly [number, StoredDistribution][] = values && 'S' in values ? JSON.parse(values.S) : [];
  return new Map(stored.map(([atMs, distribution]) => [atMs, Distribution.restore(distribution)]));
}
