import type { Arn, Scope } from '../arn.ts';
import type { Measurement, Metrics } from '../metrics.ts';

/** What a function's metrics are told apart by. */
type Dimensions = Readonly<Record<string, string>>;

/** Whose metrics they are, and under which sets of dimensions; there is one more without any. */
interface FunctionDimensions {
  readonly scope: Scope;
  readonly sets: readonly Dimensions[];
  /** That of the alias, with the version still to be named. */
  readonly ofAlias: Dimensions | undefined;
}

const FUNCTION_ARN = /^arn:[^:]+:lambda:([^:]*):([^:]*):function:([^:]+)(?::(.+))?$/;
const NONE: Dimensions = {};
const VERSION = /^(\$LATEST|\d+)$/;
/** Qualified functions that are remembered; beyond that they are taken apart anew. */
const MAX_REMEMBERED = 10_000;

const remembered = new Map<string, FunctionDimensions>();

/**
 * Records what AWS/Lambda publishes of a function: for all functions together, for this one, for it as it was named, and
 * behind an alias for the version that ran. docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 *
 * @param arn as the caller qualified it
 * @param executedVersion what ran, where that is known
 * @param ofAll what is recorded of all functions together, where that is something else
 */
export function recordOfFunction(
  metrics: Metrics,
  arn: Arn,
  measurements: readonly Measurement[],
  executedVersion?: string,
  ofAll: readonly Measurement[] = measurements,
): void {
  const dimensions = dimensionsOf(arn);
  if (!dimensions) return;
  const { scope, sets, ofAlias } = dimensions;
  metrics.record(scope, 'AWS/Lambda', NONE, ofAll);
  for (const set of sets) metrics.record(scope, 'AWS/Lambda', set, measurements);
  if (!ofAlias || executedVersion === undefined) return;
  metrics.record(scope, 'AWS/Lambda', { ...ofAlias, ExecutedVersion: executedVersion }, measurements);
}

function dimensionsOf(arn: Arn): FunctionDimensions | undefined {
  const known = remembered.get(arn);
  if (known) return known;
  const [, region, account, name, qualifier] = FUNCTION_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  const Resource = qualifier === undefined ? name : `${name}:${qualifier}`;
  const named = { FunctionName: name, Resource };
  const isAlias = qualifier !== undefined && !VERSION.test(qualifier);
  const dimensions = {
    scope: { account, region },
    sets: [{ FunctionName: name }, named],
    ofAlias: isAlias ? named : undefined,
  };
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(arn, dimensions);
  return dimensions;
}
