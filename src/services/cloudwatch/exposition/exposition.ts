import type { Registry } from 'prom-client';
import { idOf, type Metric } from '../data/metric.ts';
import { BOUNDS, type Total, type Totals } from './totals.ts';

/** Metrics that say how many there are, not how many there were. */
const GAUGE = /Concurren(tExecutions|cy)$|^Approximate|Utilization$/;

type PromClient = typeof import('prom-client');
type Labels = Readonly<Record<string, string>>;

/**
 * What was recorded as Prometheus reads it: counts as counters, milliseconds as histograms, and what goes up and down as
 * gauges. Of several sets of dimensions of one metric only the most detailed are told, so that sums count nothing twice.
 */
export async function expositionOf(totals: Totals): Promise<string> {
  const client = await import('prom-client');
  const registry = new client.Registry();
  for (const [name, told] of groupByName(withoutSums(totals.all))) tell(client, registry, name, told);
  return await registry.metrics();
}

function tell(client: PromClient, registry: Registry, name: string, told: readonly Total[]): void {
  const [{ metric, unit }] = told as [Total, ...Total[]];
  const labelNames = [...new Set(told.flatMap((total) => Object.keys(labelsOf(total))))];
  const help = `${metric.namespace} ${metric.name}`;
  const common = { help, labelNames, registers: [registry] };
  if (GAUGE.test(metric.name)) {
    const gauge = new client.Gauge({ name, ...common });
    for (const total of told) gauge.set(labelsOf(total), total.newest);
  } else if (unit === 'Milliseconds') {
    const histogram = new client.Histogram({ name, ...common });
    const values = told.flatMap((total) => bucketsOf(name, total));
    // It takes values one by one only; ours were counted when they were stored.
    Object.assign(histogram, { getForPromString: async () => ({ name, help, type: 'histogram', values }) });
  } else {
    // What a metric filter takes out of logs may be negative: no counter goes down.
    const Sum = told.some(({ sum }) => sum < 0) ? client.Gauge : client.Counter;
    const counted = new Sum({ name, ...common });
    for (const total of told) counted.inc(labelsOf(total), total.sum);
  }
}

function bucketsOf(name: string, total: Total) {
  const labels = labelsOf(total);
  const bucket = (le: string, value: number) => ({ metricName: `${name}_bucket`, labels: { le, ...labels }, value });
  return [
    ...BOUNDS.map((bound, index) => bucket(String(bound), total.upTo[index] ?? 0)),
    bucket('+Inf', total.count),
    { metricName: `${name}_sum`, labels, value: total.sum },
    { metricName: `${name}_count`, labels, value: total.count },
  ];
}

/** Leaves out what others of the same metric tell in more detail. */
function withoutSums(totals: readonly Total[]): readonly Total[] {
  const summed = new Set(
    totals.flatMap(({ metric }) => partsOf(metric).map((part) => idOf({ ...metric, dimensions: part }))),
  );
  return totals.filter(({ metric }) => !summed.has(idOf(metric)));
}

/** All smaller sets of the same dimensions; services have three at most. */
function partsOf({ dimensions }: Metric): readonly Metric['dimensions'][] {
  const all = Object.entries(dimensions);
  const sets: (typeof all)[] = [[]];
  for (const each of all) sets.push(...sets.map((part) => [...part, each]));
  return sets.filter(({ length }) => length < all.length).map((part) => Object.fromEntries(part));
}

function groupByName(totals: readonly Total[]): ReadonlyMap<string, readonly Total[]> {
  const byName = new Map<string, Total[]>();
  for (const total of totals) {
    const name = nameOf(total);
    const same = byName.get(name);
    if (same) same.push(total);
    else byName.set(name, [total]);
  }
  return byName;
}

function nameOf({ metric: { namespace, name }, unit }: Total): string {
  const suffix = GAUGE.test(name) ? '' : unit === 'Milliseconds' ? '_milliseconds' : '_total';
  return `${snakeCase(namespace)}_${snakeCase(name)}${suffix}`;
}

const labelsOf = ({ metric: { account, region, dimensions } }: Total): Labels => ({
  account,
  region,
  ...Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [labelNameOf(name), value])),
});

/** Histograms have a label of their own for their bounds. */
function labelNameOf(dimension: string): string {
  const name = snakeCase(dimension);
  return name === 'le' ? 'le_' : name;
}

/** `AWS/Lambda` is `aws_lambda`, `EventSourceMappingUUID` is `event_source_mapping_uuid`; none begins with a digit. */
const snakeCase = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^(?=\d)/, '_')
    .toLowerCase();
