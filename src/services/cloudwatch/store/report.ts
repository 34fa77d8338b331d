import { Distribution } from '../data/distribution.ts';
import { idOf, type Metric } from '../data/metric.ts';
import { type Chunk, type ChunkPlace, chunkKey, placeAt } from './chunk.ts';
import { floorTo, type Tier } from './tier.ts';

/** Values on their way into one chunk of a metric. */
export interface Report {
  readonly metric: Metric;
  readonly place: ChunkPlace;
  readonly values: Chunk;
}

/** Where and when values were reported. */
export interface ReportedAt {
  readonly unit: string;
  readonly tier: Tier;
  readonly atMs: number;
}

/** Gathers what is to be stored, a report for each chunk. */
export class Reports {
  readonly #byKey = new Map<string, Report>();

  /** The values that were reported of a metric in the stretch of that instant; adding to them adds to the report. */
  of(metric: Metric, { unit, tier, atMs }: ReportedAt, id = idOf(metric)): Distribution {
    const place = placeAt(id, tier, atMs, unit);
    const key = chunkKey(place);
    const report = this.#byKey.get(key) ?? { metric, place, values: new Map<number, Distribution>() };
    this.#byKey.set(key, report);
    const startMs = floorTo(atMs, tier.resolutionMs);
    const values = report.values.get(startMs) ?? new Distribution();
    report.values.set(startMs, values);
    return values;
  }

  /** All of them. */
  get all(): readonly Report[] {
    return [...this.#byKey.values()];
  }
}
