import type { Store } from '../../src/backends/embedded/store.ts';
import type { TableStore } from '../../src/core/ports/table-store.ts';
import { operationFiles } from '../../src/package-files.ts';
import { createCloudWatch } from '../../src/services/cloudwatch/cloudwatch.ts';
import { ACCOUNT, type Answer, callsTo, START_MS } from '../support/service-calls.ts';
import { groundForTests, type TestGround } from '../support/test-ground.ts';

export { START_MS } from '../support/service-calls.ts';

/** Where metrics are recorded. */
export const SCOPE = { account: ACCOUNT, region: 'us-east-1' } as const;

const openGround = groundForTests(START_MS, ['tables', 'leases']);

/** What a test may choose. */
interface Choices {
  readonly store?: Store;
  /** Shared with another process. */
  readonly ground?: TestGround<'tables' | 'leases'>;
  /** May keep a commit from happening. */
  readonly beforeCommit?: () => void;
}

/** CloudWatch on a virtual clock, called as the gateway calls it. */
export function startCloudWatch({ store, ground = openGround({ store }), beforeCommit }: Choices = {}) {
  const { leases, clock, activity } = ground;
  const tables = beforeCommit ? withCommits(ground.tables, beforeCommit) : ground.tables;
  const cloudwatch = createCloudWatch({
    ...{ tables, leases, clock, activity },
    journal: { append: () => {} },
    operations: operationFiles('src/services/cloudwatch/api'),
  });
  cloudwatch.start();
  ground.atEnd(() => cloudwatch.close());
  const call = callsTo(cloudwatch.api);
  const put = (MetricName: string, ...values: readonly number[]) =>
    call('PutMetricData', { Namespace: 'Shop', MetricData: values.map((Value) => ({ MetricName, Value })) });
  const range = { StartTime: new Date(START_MS), EndTime: new Date(START_MS + 3_600_000) };
  /** Values of one metric by minute, oldest first. */
  const statistics = async (MetricName: string, Stat: string, more: object = {}): Promise<readonly number[]> => {
    const MetricStat = { Metric: { Namespace: 'Shop', MetricName }, Period: 60, Stat, ...more };
    return (await query([{ Id: 'm', MetricStat }]))[0].Values;
  };
  const query = async (MetricDataQueries: readonly object[], more: object = {}): Promise<Answer> => {
    const ScanBy = 'TimestampAscending';
    return (await call('GetMetricData', { MetricDataQueries, ScanBy, ...range, ...more })).MetricDataResults;
  };
  const record = (name: string, value: number, dimensions: Readonly<Record<string, string>> = {}) =>
    cloudwatch.metrics.record(SCOPE, 'AWS/Lambda', dimensions, [{ name, value, unit: 'Count' }]);
  return { ground, clock, cloudwatch, call, put, range, statistics, query, record };
}

function withCommits(tables: TableStore, before: () => void): TableStore {
  return {
    ...tables,
    async commit(writes) {
      before();
      return await tables.commit(writes);
    },
  };
}
