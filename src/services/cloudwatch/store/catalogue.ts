import { type Arn, asArn, type Scope } from '../../../core/arn.ts';
import { MINUTE } from '../../../core/clock.ts';
import type { RangeQuery, TableStore, TableWrite } from '../../../core/ports/table-store.ts';
import type { AttributeMap } from '../../../core/records/dynamodb-change.ts';
import { dimensionsText, idOf, type Metric } from '../data/metric.ts';

/** A metric that something was reported of. */
export interface ListedMetric extends Metric {
  readonly id: string;
  /** About when something was reported last. */
  readonly lastAtMs: number;
}

/** The table of all metrics. */
export const METRICS: Arn = asArn('arn:aws:cloudwatch:::headwater/metrics');

/** How exactly it is known when something was reported last. */
const NEWS_MS = 30 * MINUTE;
/** Metrics that one process remembers having written. */
const MAX_REMEMBERED = 20_000;
const PAGE = 500;

/** Which metrics there are, in all accounts and regions. */
export class Catalogue {
  readonly #tables: TableStore;
  readonly #writtenAtMs = new Map<string, number>();

  constructor(tables: TableStore) {
    this.#tables = tables;
  }

  /** The write by which a metric is listed; none when it was written a moment ago. */
  news(id: string, metric: Metric, nowMs: number): TableWrite | undefined {
    const writtenAtMs = this.#writtenAtMs.get(id);
    if (writtenAtMs !== undefined && nowMs - writtenAtMs < NEWS_MS) return undefined;
    if (this.#writtenAtMs.size >= MAX_REMEMBERED) this.#writtenAtMs.clear();
    this.#writtenAtMs.set(id, nowMs);
    const { item, bytes } = writeMetric(metric, nowMs);
    const entries = [{ index: '', partition: scopeText(metric), sort: sortOf(metric) }];
    return { table: METRICS, key: id, change: { item, bytes, entries } };
  }

  /** Whether this process has written the metric, and nobody has forgotten it since as far as it knows. */
  knows(id: string): boolean {
    return this.#writtenAtMs.has(id);
  }

  /** The metric is written again with what is reported next. */
  forgetOne(id: string): void {
    this.#writtenAtMs.delete(id);
  }

  /** Knows nothing of what was written any more. */
  forget(): void {
    this.#writtenAtMs.clear();
  }

  /** The metrics of an account and region, of one namespace or of all, by namespace and name; those behind another one. */
  async *list(scope: Scope, namespace?: string, behind?: Metric): AsyncGenerator<ListedMetric> {
    const prefix = namespace === undefined ? '' : `${bytesText(namespace)}\0`;
    const partition = scopeText(scope);
    yield* this.#read({
      partition,
      ...(namespace === undefined ? {} : { from: prefix, to: `${prefix.slice(0, -1)}\x01` }),
      ...(behind && { after: { partition, sort: sortOf(behind), key: idOf(behind) } }),
    });
  }

  /** All metrics of all accounts. */
  async *all(): AsyncGenerator<ListedMetric> {
    yield* this.#read({});
  }

  async *#read(query: Omit<RangeQuery, 'limit'>) {
    let { after } = query;
    for (;;) {
      const found = await this.#tables.range(METRICS, '', { ...query, after, limit: PAGE });
      for (const { key, item } of found) yield readMetric(key, item);
      after = found.at(-1);
      if (found.length < PAGE) return;
    }
  }
}

const scopeText = ({ account, region }: Scope): string => `${account}/${region}`;

/** Keys of tables are texts of bytes. */
const bytesText = (text: string): string => Buffer.from(text).toString('latin1');

const sortOf = ({ namespace, name, dimensions }: Metric): string =>
  bytesText(`${namespace}\0${name}\0${dimensionsText(dimensions)}`);

function writeMetric(metric: Metric, lastAtMs: number): { readonly item: AttributeMap; readonly bytes: number } {
  const { account, region, namespace, name, dimensions } = metric;
  const text = JSON.stringify({ account, region, namespace, name, dimensions });
  return { item: { metric: { S: text }, lastAtMs: { N: String(lastAtMs) } }, bytes: text.length };
}

function readMetric(id: string, { metric, lastAtMs }: AttributeMap): ListedMetric {
  const stored = metric && 'S' in metric ? (JSON.parse(metric.S) as Metric) : undefined;
  if (!stored) throw new Error(`The metric ${id} cannot be read`);
  return { ...stored, id, lastAtMs: lastAtMs && 'N' in lastAtMs ? Number(lastAtMs.N) : 0 };
}
