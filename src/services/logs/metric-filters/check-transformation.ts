import type { MetricTransformation } from '@aws-sdk/client-cloudwatch-logs';
import { invalidParameter } from '../errors.ts';
import { parseSelector } from '../filter/json-selector.ts';
import { PatternRefused } from '../filter/refusal.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricTransformation.html */
const MAX_DIMENSIONS = 3;

/** Refuses a transformation that could count nothing. Only the first sentence is known to be AWS's. */
export function checkTransformation({ metricValue = '', defaultValue, dimensions = {} }: MetricTransformation): void {
  const sources = Object.values(dimensions);
  if (sources.length > 0 && defaultValue !== undefined) {
    throw refused('dimensions and default value are mutually exclusive properties.');
  }
  if (sources.length > MAX_DIMENSIONS) throw refused(`it can have no more than ${MAX_DIMENSIONS} dimensions.`);
  if (!isSource(metricValue) && (metricValue.trim() === '' || !Number.isFinite(Number(metricValue)))) {
    throw refused(`metricValue '${metricValue}' is neither a number nor a field of the pattern.`);
  }
  const wrong = sources.find((source) => !isSource(source));
  if (wrong !== undefined) throw refused(`dimension value '${wrong}' is no field of the pattern.`);
}

/** `$name` and `$1` are fields that a pattern takes out of a message, `$.name` is a member of one in JSON. */
function isSource(text: string): boolean {
  if (!text.startsWith('$.')) return text.length > 1 && text.startsWith('$');
  try {
    return parseSelector(text).length > 0;
  } catch (error) {
    if (error instanceof PatternRefused) return false;
    throw error;
  }
}

const refused = (reason: string) => invalidParameter(`Invalid metric transformation: ${reason}`);
