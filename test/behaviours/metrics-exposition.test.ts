// prometheus.io/docs/instrumenting/exposition_formats: what `/_headwater/metrics` answers with.
import { expect, it } from 'vitest';
import { SCOPE, startCloudWatch } from './metrics-fixture.ts';

const lines = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('# HELP'));

it('tells counts, durations and levels, and of several sets of dimensions the most detailed alone', async () => {
  const { cloudwatch } = startCloudWatch();
  const { metrics, exposition } = cloudwatch;
  for (const dimensions of [{}, { FunctionName: 'orders' }, { FunctionName: 'orders', Resource: 'orders:live' }]) {
    metrics.record(SCOPE, 'AWS/Lambda', dimensions, [
      { name: 'Invocations', value: 1, unit: 'Count' },
      { name: 'Duration', value: 3, unit: 'Milliseconds' },
    ]);
  }
  metrics.record(SCOPE, 'AWS/Lambda', {}, [{ name: 'UnreservedConcurrentExecutions', value: 7, unit: 'Count' }]);
  const labels = 'account="000000000000",region="us-east-1",function_name="orders",resource="orders:live"';
  const told = lines(await exposition());
  expect(told).toContain(`aws_lambda_invocations_total{${labels}} 1`);
  expect(told.filter((line) => line.startsWith('aws_lambda_invocations_total'))).toHaveLength(1);
  expect(told).toContain('# TYPE aws_lambda_duration_milliseconds histogram');
  expect(told).toContain(`aws_lambda_duration_milliseconds_bucket{le="2.5",${labels}} 0`);
  expect(told).toContain(`aws_lambda_duration_milliseconds_bucket{le="5",${labels}} 1`);
  expect(told).toContain(`aws_lambda_duration_milliseconds_sum{${labels}} 3`);
  expect(told).toContain('# TYPE aws_lambda_unreserved_concurrent_executions gauge');
  expect(told).toContain('aws_lambda_unreserved_concurrent_executions{account="000000000000",region="us-east-1"} 7');
});

it('goes on counting from one time to the next', async () => {
  const { cloudwatch } = startCloudWatch();
  const count = () =>
    cloudwatch.metrics.record(SCOPE, 'AWS/SQS', { QueueName: 'q' }, [
      { name: 'NumberOfMessagesSent', value: 2, unit: 'Count' },
    ]);
  count();
  await cloudwatch.exposition();
  count();
  const name = 'aws_sqs_number_of_messages_sent_total';
  expect(lines(await cloudwatch.exposition())).toContain(
    `${name}{account="000000000000",region="us-east-1",queue_name="q"} 4`,
  );
});

it('tells what metric filters count, whatever that is called', async () => {
  const { cloudwatch } = startCloudWatch();
  const { metrics, exposition } = cloudwatch;
  metrics.record(SCOPE, '1st Läden', { '2nd': 'a', le: 'b' }, [
    { name: '3%', value: -4, unit: 'None' },
    { name: 'wait', value: 5, unit: 'Milliseconds' },
    { name: 'Took', value: 1, unit: 'Count' },
  ]);
  metrics.record(SCOPE, '1st Läden', {}, [{ name: 'took', value: 7, unit: 'Milliseconds' }]);
  const told = lines(await exposition());
  const labels = 'account="000000000000",region="us-east-1",_2nd="a",le_="b"';
  expect(told).toContain(`_1st_l_den__3__total{${labels}} -4`);
  expect(told).toContain('# TYPE _1st_l_den__3__total gauge');
  expect(told).toContain(`_1st_l_den_wait_milliseconds_bucket{le="5",${labels}} 1`);
  expect(told).toContain(`_1st_l_den_took_total{${labels}} 1`);
  expect(told).toContain('_1st_l_den_took_milliseconds_count{account="000000000000",region="us-east-1"} 1');
});
