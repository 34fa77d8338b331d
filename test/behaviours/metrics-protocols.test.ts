// docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-API-requests: CloudWatch speaks Smithy's RPC in CBOR,
// JSON 1.0 and the query protocol. docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics.html
import { gzipSync } from 'node:zlib';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as lambda from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/clock.ts';
import { type Simulator, startSimulator } from '../support/simulator.ts';
import { zipOf } from '../support/zip.ts';

const CODE = `exports.handler = async ({ fail }) => { if (fail) throw new Error('as told'); return 'done'; };`;

let simulator: Simulator;
let metrics: cloudwatch.CloudWatchClient;
let functions: lambda.LambdaClient;

beforeAll(async () => {
  simulator = await startSimulator();
  const common = {
    endpoint: simulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  metrics = new cloudwatch.CloudWatchClient(common);
  functions = new lambda.LambdaClient(common);
});
afterAll(async () => {
  for (const client of [metrics, functions]) client?.destroy();
  await simulator?.[Symbol.asyncDispose]();
});

/** An hour to both sides of now: the clock of the simulator stands at when it was started. */
async function range() {
  const { headers } = await fetch(`${simulator.endpoint}/_headwater/idle`);
  const nowMs = Date.parse(headers.get('date') ?? '');
  return { StartTime: new Date(nowMs - HOUR), EndTime: new Date(nowMs + HOUR) };
}

const sums = async (Namespace: string, MetricName: string, dimensions: Readonly<Record<string, string>>) => {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricStat = { Metric: { Namespace, MetricName, Dimensions }, Period: 60, Stat: 'Sum' };
  const { MetricDataResults } = await metrics.send(
    new cloudwatch.GetMetricDataCommand({ MetricDataQueries: [{ Id: 'm', MetricStat }], ...(await range()) }),
  );
  return (MetricDataResults?.[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
};

describe('metrics at the endpoint', () => {
  it('are put, listed and got by the JavaScript SDK', async () => {
    const Dimensions = [{ Name: 'Service', Value: 'checkout' }];
    const MetricData = [{ MetricName: 'Orders', Dimensions, Values: [1, 2.5], Counts: [2, 4], Unit: 'Count' as const }];
    await metrics.send(new cloudwatch.PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    expect(await sums('Shop', 'Orders', { Service: 'checkout' })).toBe(12);
    const { Metrics } = await metrics.send(new cloudwatch.ListMetricsCommand({ Namespace: 'Shop' }));
    expect(Metrics).toEqual([{ Namespace: 'Shop', MetricName: 'Orders', Dimensions }]);
    const wanted = { Namespace: 'Shop', MetricName: 'Orders', Dimensions, Period: 60, ...(await range()) };
    const { Datapoints } = await metrics.send(
      new cloudwatch.GetMetricStatisticsCommand({ ...wanted, Statistics: ['Average'], ExtendedStatistics: ['p90'] }),
    );
    expect(Datapoints).toMatchObject([{ Average: 2, Unit: 'Count', ExtendedStatistics: { p90: 2.5 } }]);
    expect(Datapoints?.[0]?.Timestamp).toBeInstanceOf(Date);
  });

  it('are put by what an SDK compresses', async () => {
    const Dimensions = [{ Name: 'Service', Value: 'x'.repeat(1000) }];
    const MetricData = Array.from({ length: 1000 }, () => ({ MetricName: 'Many', Dimensions, Value: 1 }));
    await metrics.send(new cloudwatch.PutMetricDataCommand({ Namespace: 'Shop', MetricData }));
    expect(await sums('Shop', 'Many', { Service: 'x'.repeat(1000) })).toBe(1000);
  });

  it.each([
    ['that is not', Buffer.from('{}'), 400, 'SerializationException'],
    ['that swells beyond the bound', gzipSync(Buffer.alloc(9_000_000)), 413, 'RequestEntityTooLargeException'],
  ])('are refused in a compressed body %s', async (_, body, status, code) => {
    const headers = {
      ...{ 'content-type': 'application/x-amz-json-1.0', 'content-encoding': 'gzip' },
      'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
    };
    const response = await fetch(simulator.endpoint, { method: 'POST', headers, body: new Uint8Array(body) });
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(code)]);
  });

  it('are refused with the code of the protocol', async () => {
    const MetricData = [{ MetricName: 'm', Value: 1 }];
    const putting = metrics.send(new cloudwatch.PutMetricDataCommand({ Namespace: 'AWS/SQS', MetricData }));
    await expect(putting).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: 'The value AWS/SQS for parameter Namespace is invalid.',
    });
    const MetricName = 'm';
    const posted = await json('PutMetricData', { Namespace: 'Shop', MetricData: [{ MetricName, Value: 'NaN' }] });
    expect(posted).toMatchObject({ message: 'The value NaN for parameter MetricData.member.1.Value is invalid.' });
    const answer = await query({ Action: 'PutMetricData', Namespace: 'AWS/SQS', ...member('m', '1') });
    expect(answer).toContain('<Code>InvalidParameterValue</Code>');
  });

  it('are put and got by the query protocol', async () => {
    await query({ Action: 'PutMetricData', Namespace: 'Queried', ...member('Orders', '7') });
    const { StartTime, EndTime } = await range();
    const answer = await query({
      ...{ Action: 'GetMetricStatistics', Namespace: 'Queried', MetricName: 'Orders', Period: '60' },
      ...{ StartTime: StartTime.toISOString(), EndTime: EndTime.toISOString(), 'Statistics.member.1': 'Sum' },
    });
    expect(answer).toContain('<Sum>7');
    expect(answer).toContain('<Label>Orders</Label>');
  });

  it('are put and got by JSON 1.0', async () => {
    await json('PutMetricData', { Namespace: 'Posted', MetricData: [{ MetricName: 'Orders', Value: 3 }] });
    const { StartTime, EndTime } = await range();
    const Metric = { Namespace: 'Posted', MetricName: 'Orders' };
    const answer = await json('GetMetricData', {
      MetricDataQueries: [{ Id: 'm', MetricStat: { Metric, Period: 60, Stat: 'Maximum' } }],
      ...{ StartTime: StartTime.getTime() / 1000, EndTime: EndTime.getTime() / 1000 },
    });
    expect(answer).toMatchObject({
      MetricDataResults: [{ Id: 'm', Label: 'Orders', Values: [3], StatusCode: 'Complete' }],
    });
  });

  it('say so where there is no such operation', async () => {
    await expect(metrics.send(new cloudwatch.DescribeAlarmsCommand({}))).rejects.toMatchObject({
      message: "Unknown operation DescribeAlarms: Headwater's cloudwatch has none",
    });
  });
});

describe('what Lambda publishes', () => {
  it('counts invocations, errors and durations by function, alias and version', async () => {
    await functions.send(
      new lambda.CreateFunctionCommand({
        ...{ FunctionName: 'orders', Runtime: 'nodejs22.x', Handler: 'index.handler', Publish: true },
        ...{ Role: 'arn:aws:iam::000000000000:role/r', Code: { ZipFile: await zipOf({ 'index.js': CODE }) } },
      }),
    );
    await functions.send(new lambda.CreateAliasCommand({ FunctionName: 'orders', Name: 'live', FunctionVersion: '1' }));
    const invoke = (input: object, more: object = {}) =>
      functions.send(
        new lambda.InvokeCommand({ FunctionName: 'orders', Payload: Buffer.from(JSON.stringify(input)), ...more }),
      );
    await invoke({});
    await invoke({ fail: true });
    await invoke({}, { Qualifier: 'live' });
    await invoke({ fail: true }, { InvocationType: 'Event' });
    await simulator.advance(5 * MINUTE);

    const lambdaSums = (name: string, dimensions = {}) => sums('AWS/Lambda', name, dimensions);
    expect(await lambdaSums('Invocations')).toBe(6);
    expect(await lambdaSums('Invocations', { FunctionName: 'orders' })).toBe(6);
    expect(await lambdaSums('Invocations', { FunctionName: 'orders', Resource: 'orders' })).toBe(5);
    const ofAlias = { FunctionName: 'orders', Resource: 'orders:live' };
    expect(await lambdaSums('Invocations', ofAlias)).toBe(1);
    expect(await lambdaSums('Invocations', { ...ofAlias, ExecutedVersion: '1' })).toBe(1);
    expect(await lambdaSums('Errors', { FunctionName: 'orders' })).toBe(4);
    expect(await lambdaSums('Duration', { FunctionName: 'orders' })).toBeGreaterThan(0);
    expect(await lambdaSums('AsyncEventsReceived', { FunctionName: 'orders' })).toBe(1);
    expect(await lambdaSums('AsyncEventsDropped', { FunctionName: 'orders' })).toBe(1);
    expect(await lambdaSums('ConcurrentExecutions')).toBe(6);
  });

  it('is told to Prometheus', async () => {
    const text = await (await fetch(`${simulator.endpoint}/_headwater/metrics`)).text();
    expect(text).toMatch(/^aws_lambda_invocations_total\{[^}]*resource="orders"[^}]*\} 5$/m);
    expect(text).toMatch(/^aws_lambda_duration_milliseconds_bucket\{le="\+Inf",[^}]*resource="orders"[^}]*\} 5$/m);
    expect(text).toMatch(/^# TYPE aws_lambda_concurrent_executions gauge$/m);
  });
});

const member = (MetricName: string, Value: string) => ({
  'MetricData.member.1.MetricName': MetricName,
  'MetricData.member.1.Value': Value,
});

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0';

async function query(parameters: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ Version: '2010-08-01', ...parameters });
  const headers = { authorization: AUTHORIZATION };
  return await (await fetch(simulator.endpoint, { method: 'POST', body, headers })).text();
}

async function json(operation: string, input: object): Promise<unknown> {
  const headers = {
    authorization: AUTHORIZATION,
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `GraniteServiceVersion20100801.${operation}`,
  };
  const answer = await fetch(simulator.endpoint, { method: 'POST', body: JSON.stringify(input), headers });
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}
