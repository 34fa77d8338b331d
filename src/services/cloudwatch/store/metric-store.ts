import { type Arn, asArn, type Scope } from '../../../core/arn.ts';
import { HeadwaterError } from '../../../core/errors.ts';
import type { TableStore, TableWrite } from '../../../core/ports/table-store.ts';
import type { Distribution } from '../data/distribution.ts';
import type { Metric } from '../data/metric.ts';
import { Catalogue, type ListedMetric, METRICS } from './catalogue.ts';
import {
  addChunk,
  type Chunk,
  type ChunkPlace,
  chunkKey,
  chunkSort,
  placeAt,
  readChunk,
  readSort,
  writeChunk,
} from './chunk.ts';
import type { Report } from './report.ts';
import { floorTo, TIERS, type Tier } from './tier.ts';

/** The table of all values. */
export const VALUES: Arn = asArn('arn:aws:cloudwatch:::headwater/values');

/** What was reported of a metric in one stretch of time and one unit. */
export interface Reading {
  readonly unit: string;
  readonly atMs: number;
  readonly resolutionMs: number;
  readonly values: Distribution;
}

/** Which metrics are asked for. */
export interface MetricList {
  readonly namespace?: string | undefined;
  readonly behind?: Metric | undefined;
  readonly isWanted?: (metric: ListedMetric) => boolean;
  readonly limit: number;
}

/** As many as keep within some hundred megabytes. */
const MAX_METRICS = 50_000;
/** Chunks that become one commit. */
const CHUNKS_A_COMMIT = 50;
/** Others who write the same chunk must be this often faster before it counts as a fault. */
const MAX_TRIES = 100;

/**
 * Metrics and their values in the tables of all processes. What is written is added to what is there, whoever wrote that:
 * each commit expects what it has read, and is made anew when another process was faster.
 */
export class MetricStore {
  readonly #tables: TableStore;
  readonly catalogue: Catalogue;
  readonly #maxMetrics: number;
  #ready: Promise<unknown> | undefined;

  /** @param maxMetrics in all accounts; of further ones nothing is stored */
  constructor(tables: TableStore, maxMetrics: number = MAX_METRICS) {
    this.#tables = tables;
    this.#maxMetrics = maxMetrics;
    this.catalogue = new Catalogue(tables);
  }

  /** Resolves once it is stored, with what is not: new metrics beyond those that are kept. */
  async add(reports: readonly Report[], nowMs: number): Promise<readonly Report[]> {
    const leftOut: Report[] = [];
    for (let start = 0; start < reports.length; start += CHUNKS_A_COMMIT) {
      const part = reports.slice(start, start + CHUNKS_A_COMMIT);
      await this.#whereTablesAre(async () => {
        const tooMany = await this.#tooMany(part);
        leftOut.push(...tooMany);
        await this.#addPart(tooMany.length === 0 ? part : part.filter((report) => !tooMany.includes(report)), nowMs);
      });
    }
    return leftOut;
  }

  /** What was reported of a metric from one instant up to and without another, in all tiers and units. */
  async read(id: string, fromMs: number, toMs: number): Promise<readonly Reading[]> {
    const readings: Reading[] = [];
    for (const tier of TIERS) {
      const from = chunkSort(tier, Math.max(0, floorTo(fromMs, tier.chunkMs)));
      const to = chunkSort(tier, Math.max(0, toMs));
      const found = await this.#whereTablesAre(() =>
        this.#tables.range(VALUES, '', { partition: id, from, to, limit: Number.MAX_SAFE_INTEGER }),
      );
      for (const { sort, item } of found) {
        const { unit } = readSort(sort);
        for (const [atMs, values] of readChunk(item)) {
          if (atMs < toMs && atMs >= fromMs) readings.push({ unit, atMs, resolutionMs: tier.resolutionMs, values });
        }
      }
    }
    return readings;
  }

  /** As many metrics of an account and region as are wanted, of one namespace or of all: the first, or those behind another. */
  async list(scope: Scope, { namespace, behind, isWanted = () => true, limit }: MetricList): Promise<ListedMetric[]> {
    return await this.#whereTablesAre(async () => {
      const listed: ListedMetric[] = [];
      for await (const metric of this.catalogue.list(scope, namespace, behind)) {
        if (isWanted(metric)) listed.push(metric);
        if (listed.length === limit) break;
      }
      return listed;
    });
  }

  /** Moves what a tier does not keep any more to the next one, and forgets what none keeps. */
  async upkeep(nowMs: number): Promise<void> {
    await this.#whereTablesAre(async () => {
      for await (const { id } of this.catalogue.all()) await this.#moveOn(id, nowMs);
    });
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    this.catalogue.forget();
    await Promise.all([this.#tables.drop(VALUES), this.#tables.drop(METRICS)]);
    this.#ready = undefined;
  }

  /** Those of metrics that nobody knows yet, when no more are kept. */
  async #tooMany(reports: readonly Report[]): Promise<readonly Report[]> {
    const unknown = reports.filter(({ place }) => !this.catalogue.knows(place.id));
    if (unknown.length === 0) return [];
    const { items } = await this.#tables.size(METRICS, '');
    if (items + unknown.length <= this.#maxMetrics) return [];
    const ids = unknown.map(({ place }) => place.id);
    const there = await this.#tables.read(METRICS, ids);
    return unknown.filter((_, index) => there[index] === undefined);
  }

  async #addPart(reports: readonly Report[], nowMs: number): Promise<void> {
    const outcome = await this.#commit(reports, nowMs);
    if (outcome === 'committed') return;
    // One of them was in another's way; the others need not wait for it.
    for (const report of reports) {
      let tries = 1;
      while ((await this.#commit([report], nowMs)) === 'conflict') {
        if (++tries > MAX_TRIES) throw new HeadwaterError('METRICS_BUSY', 'Metrics could not be stored', FAULT);
      }
    }
  }

  async #commit(reports: readonly Report[], nowMs: number) {
    const stored = await this.#tables.read(
      VALUES,
      reports.map(({ place }) => chunkKey(place)),
    );
    const writes: TableWrite[] = [];
    for (const [index, { metric, place, values }] of reports.entries()) {
      const there = stored[index];
      const chunk: Chunk = there ? readChunk(there.item) : new Map();
      addChunk(chunk, values, place.tier);
      writes.push(putChunk(place, chunk, there?.version ?? 0));
      // Where there was no chunk, all may have been forgotten by another process.
      if (!there) this.catalogue.forgetOne(place.id);
      const news = this.catalogue.news(place.id, metric, nowMs);
      if (news) writes.push(news);
    }
    return await this.#tables.commit(writes);
  }

  async #moveOn(id: string, nowMs: number): Promise<void> {
    let left = 0;
    for (const [index, tier] of TIERS.entries()) {
      const all = { partition: id, from: chunkSort(tier, 0), to: `${tier.name}0`, limit: Number.MAX_SAFE_INTEGER };
      const chunks = await this.#tables.range(VALUES, '', all);
      const old = chunks.filter(({ sort }) => readSort(sort).startMs + tier.chunkMs <= nowMs - tier.keptMs);
      const next = TIERS[index + 1];
      left += next ? chunks.length : chunks.length - old.length;
      for (const together of byPlace(old, next ?? tier)) {
        const removals = together.map(({ key, version }): TableWrite => removal(VALUES, key, version));
        const moved = next ? await this.#movedTo(next, id, together) : [];
        // Whoever was faster has moved them, or added to one: then the next upkeep does.
        await this.#tables.commit([...removals, ...moved]);
      }
    }
    if (left > 0) return;
    this.catalogue.forgetOne(id);
    await this.#tables.commit([removal(METRICS, id)]);
  }

  /** Chunks that come into one of the next tier are read and written with it once, however many they are. */
  async #movedTo(tier: Tier, id: string, chunks: readonly Ranged[]): Promise<readonly TableWrite[]> {
    const { startMs, unit } = readSort(chunks[0]?.sort ?? '');
    const into = placeAt(id, tier, startMs, unit);
    const [there] = await this.#tables.read(VALUES, [chunkKey(into)]);
    const chunk: Chunk = there ? readChunk(there.item) : new Map();
    for (const { item } of chunks) addChunk(chunk, readChunk(item), tier);
    return [putChunk(into, chunk, there?.version ?? 0)];
  }

  /** The tables are made when they are first used, and when another process has dropped them. */
  async #whereTablesAre<T>(work: () => Promise<T>): Promise<T> {
    await this.#makeTables();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof HeadwaterError) || error.code !== 'TABLE_MISSING') throw error;
      this.catalogue.forget();
      this.#ready = undefined;
      await this.#makeTables();
      return await work();
    }
  }

  async #makeTables(): Promise<void> {
    this.#ready ??= Promise.all([this.#tables.create(VALUES), this.#tables.create(METRICS)]);
    await this.#ready.catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
  }
}

const FAULT = { fault: 'headwater' } as const;

/** An item of a metric's values, with its place. */
type Ranged = Awaited<ReturnType<TableStore['range']>>[number];

/** Those that come into one chunk of a tier, together. */
function byPlace(chunks: readonly Ranged[], { chunkMs }: Tier): Iterable<readonly Ranged[]> {
  const together = new Map<string, Ranged[]>();
  for (const chunk of chunks) {
    const { startMs, unit } = readSort(chunk.sort);
    const place = `${floorTo(startMs, chunkMs)}/${unit}`;
    const known = together.get(place);
    if (known) known.push(chunk);
    else together.set(place, [chunk]);
  }
  return together.values();
}

const removal = (table: Arn, key: string, expected?: number): TableWrite => ({
  ...{ table, key, change: { item: undefined, bytes: 0, entries: [] } },
  ...(expected !== undefined && { expected }),
});

function putChunk(place: ChunkPlace, chunk: Chunk, expected: number): TableWrite {
  const { item, bytes } = writeChunk(chunk);
  const sort = chunkSort(place.tier, place.startMs, place.unit);
  const entries = [{ index: '', partition: place.id, sort }];
  return { table: VALUES, key: chunkKey(place), expected, change: { item, bytes, entries } };
}
