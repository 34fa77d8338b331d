import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import type { Metrics, MetricUnit } from '../../../core/metrics/metrics.ts';
import type { LogEvent } from '../../../core/ports/log-store.ts';
import { storedFilter } from '../filter/filter-pattern.ts';
import { parseSelector, selectJson } from '../filter/json-selector.ts';
import type { LogGroup } from '../group/log-group.ts';

type Extracted = Readonly<Record<string, string>>;

/**
 * Counts events in the metrics of their group's filters. Where none matches, the default value is counted once.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
 */
export function countInMetrics(metrics: Metrics, group: LogGroup, events: readonly LogEvent[]): void {
  for (const { pattern, transformations } of group.metricFilters) {
    const filter = storedFilter(pattern);
    const matches = events.flatMap(({ message }) => {
      const extracted = filter.match(message);
      return extracted ? [{ message, extracted }] : [];
    });
    for (const transformation of transformations) {
      for (const { message, extracted } of matches) {
        const value = numberOf(resolve(transformation.metricValue ?? '', message, extracted));
        if (value !== undefined)
          record(metrics, group, transformation, value, dimensionsOf(transformation, message, extracted));
      }
      const { defaultValue } = transformation;
      if (matches.length === 0 && defaultValue !== undefined) record(metrics, group, transformation, defaultValue, {});
    }
  }
}

function record(
  metrics: Metrics,
  group: LogGroup,
  { metricNamespace = '', metricName: name = '', unit = 'None' }: MetricTransformation,
  value: number,
  dimensions: Extracted,
): void {
  metrics.record(group, metricNamespace, dimensions, [{ name, value, unit: unit as MetricUnit }]);
}

/** docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
const MAX_MAGNITUDE = 2 ** 360;

/** A field that is empty says nothing, and what is beyond CloudWatch's numbers is not counted. */
function numberOf(text = ''): number | undefined {
  const value = Number(text);
  return text.trim() !== '' && Math.abs(value) <= MAX_MAGNITUDE ? value : undefined;
}

/** A member of the message, a field that was taken out of it, or what stands there. */
function resolve(text: string, message: string, extracted: Extracted): string | undefined {
  if (text.startsWith('$.')) return memberOf(message, text);
  return text.startsWith('$') ? extracted[text] : text;
}

function memberOf(message: string, selector: string): string | undefined {
  try {
    const [value] = selectJson(JSON.parse(message), parseSelector(selector));
    return value === undefined || value === null ? undefined : String(value);
  } catch {
    return undefined;
  }
}

const dimensionsOf = ({ dimensions = {} }: MetricTransformation, message: string, extracted: Extracted) =>
  Object.fromEntries(
    Object.entries(dimensions).flatMap(([name, text]) => {
      const value = resolve(text, message, extracted);
      return value === undefined ? [] : [[name, value]];
    }),
  );
