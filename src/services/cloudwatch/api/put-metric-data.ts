import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { DAY, HOUR } from '../../../core/clock.ts';
import type { Operation } from '../../../core/operation.ts';
import type { Distribution } from '../data/distribution.ts';
import { dimensionsOf } from '../data/metric.ts';
import { invalidCombination, invalidValue, limitExceeded, missingParameter } from '../errors.ts';
import type { CloudWatchService } from '../service.ts';
import { Reports } from '../store/report.ts';
import { MINUTES, SECONDS } from '../store/tier.ts';

const MAX_METRICS = 1000;
const MAX_VALUES = 150;
const MAX_MAGNITUDE = 2 ** 360;
const PAST_MS = 14 * DAY;
const FUTURE_MS = 2 * HOUR;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
export const putMetricData: Operation<CloudWatchService, PutMetricDataInput, Record<string, never>> = async (
  { store, clock },
  input,
  { account, region },
) => {
  const { Namespace: namespace = '', MetricData: data = [] } = input;
  checkRequest(input);
  const nowMs = clock.nowMs();
  const reports = new Reports();
  for (const [index, datum] of data.entries()) {
    const member = `MetricData.member.${index + 1}`;
    checkDatum(datum, member, nowMs);
    const { MetricName: name = '', Unit: unit = 'None' } = datum;
    const metric = { account, region, namespace, name, dimensions: dimensionsOf(datum.Dimensions) };
    const tier = datum.StorageResolution === 1 ? SECONDS : MINUTES;
    addTo(reports.of(metric, { unit, tier, atMs: datum.Timestamp?.getTime() ?? nowMs }), datum);
  }
  const leftOut = await store.add(reports.all, nowMs);
  if (leftOut.length > 0) throw limitExceeded();
  return {};
};

function checkRequest(input: PutMetricDataInput): void {
  const { Namespace = '', MetricData: data = [] } = input;
  checkName(Namespace, 'Namespace');
  if (Namespace.startsWith('AWS/')) throw invalidValue(`The value ${Namespace} for parameter Namespace is invalid.`);
  if (input.EntityMetricData?.length) {
    throw invalidValue('The parameter EntityMetricData is not supported by Headwater: put its metrics as MetricData.');
  }
  if (data.length > MAX_METRICS) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${MAX_METRICS}.`);
  }
  if (data.length === 0) throw missingParameter('The parameter MetricData is required.');
}

function checkDatum(datum: MetricDatum, member: string, nowMs: number): void {
  checkNames(datum, member);
  const { Value, StatisticValues, Values, Counts, Timestamp, StorageResolution } = datum;
  const given = Object.entries({ Value, Values, StatisticValues }).filter(([, value]) => value !== undefined);
  const [[first] = [], [second] = []] = given;
  if (first === undefined) {
    throw missingParameter(
      `At least one of the parameters ${member}.Value, ${member}.Values or ${member}.StatisticValues must be specified.`,
    );
  }
  if (second !== undefined) {
    throw invalidCombination(
      `The parameters ${member}.${first} and ${member}.${second} are mutually exclusive and you have specified both.`,
    );
  }
  checkValues(Value === undefined ? [] : [Value], `${member}.Value`);
  if (Values?.length === 0) throw missingParameter(`The parameter ${member}.Values must have at least one value.`);
  checkValues(Values ?? [], `${member}.Values`);
  checkCounts(Counts ?? [], `${member}.Counts`);
  if (Counts && Counts.length !== Values?.length) {
    throw invalidValue(`The parameters ${member}.Values and ${member}.Counts must be of the same size.`);
  }
  if (StatisticValues) checkSet(StatisticValues, `${member}.StatisticValues`);
  if (StorageResolution !== undefined && StorageResolution !== 1 && StorageResolution !== 60) {
    throw invalidValue(`The value ${StorageResolution} for parameter ${member}.StorageResolution is invalid.`);
  }
  if (Timestamp && Timestamp.getTime() < nowMs - PAST_MS) {
    throw invalidValue(`The parameter ${member}.Timestamp must specify a time within the past two weeks.`);
  }
  if (Timestamp && Timestamp.getTime() > nowMs + FUTURE_MS) {
    throw invalidValue(`The parameter ${member}.Timestamp must specify a time no more than two hours in the future.`);
  }
}

/** docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
function checkNames({ MetricName = '', Dimensions = [] }: MetricDatum, member: string): void {
  checkName(MetricName, `${member}.MetricName`);
  const names = new Set<string>();
  for (const [index, { Name = '', Value = '' }] of Dimensions.entries()) {
    const dimension = `${member}.Dimensions.member.${index + 1}`;
    checkName(Name, `${dimension}.Name`);
    checkName(Value, `${dimension}.Value`);
    if (Name.startsWith(':')) throw invalidValue(`The value ${Name} for parameter ${dimension}.Name is invalid.`);
    if (names.has(Name)) throw invalidValue(`The parameter ${dimension}.Name ${Name} is given more than once.`);
    names.add(Name);
  }
}

function checkName(text: string, parameter: string): void {
  if (!/^[\x20-\x7e]*$/.test(text)) {
    throw invalidValue(`The value for parameter ${parameter} contains non-ASCII characters.`);
  }
  if (text.trim() === '') throw invalidValue(`The value ${text} for parameter ${parameter} is invalid.`);
}

/** Of a value that was not observed there is nothing to say. */
function checkCounts(counts: readonly number[], parameter: string): void {
  checkValues(counts, parameter);
  const wrong = counts.find((count) => count <= 0);
  if (wrong !== undefined) throw invalidValue(`The value ${wrong} for parameter ${parameter} is invalid.`);
}

function checkValues(values: readonly number[], parameter: string): void {
  if (values.length > MAX_VALUES) {
    throw invalidValue(`The collection ${parameter} must not have a size greater than ${MAX_VALUES}.`);
  }
  const wrong = values.find((value) => !(Math.abs(value) <= MAX_MAGNITUDE));
  if (wrong !== undefined) throw invalidValue(`The value ${wrong} for parameter ${parameter} is invalid.`);
}

function checkSet(set: NonNullable<MetricDatum['StatisticValues']>, parameter: string): void {
  const { SampleCount = 0, Sum = 0, Minimum = 0, Maximum = 0 } = set;
  for (const [name, value] of Object.entries({ SampleCount, Sum, Minimum, Maximum })) {
    checkValues([value], `${parameter}.${name}`);
  }
  if (Maximum < Minimum)
    throw invalidValue(`The parameter ${parameter}.Maximum must be greater than ${parameter}.Minimum.`);
  if (SampleCount <= 0) throw invalidValue(`The parameter ${parameter}.SampleCount must be greater than 0.`);
}

function addTo(distribution: Distribution, { Value, Values, Counts, StatisticValues }: MetricDatum): void {
  if (Value !== undefined) distribution.add(Value);
  for (const [index, value] of (Values ?? []).entries()) distribution.add(value, Counts?.[index] ?? 1);
  if (!StatisticValues) return;
  const { SampleCount: count = 0, Sum: sum = 0, Minimum: minimum = 0, Maximum: maximum = 0 } = StatisticValues;
  distribution.addSet({ count, sum, minimum, maximum });
}
