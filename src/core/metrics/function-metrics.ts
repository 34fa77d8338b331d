import type { Arn, Scope } from '../arn.ts';
import type { Dimensions, Measurement, Metrics } from './metrics.ts';

/** Whose metrics they are, and what they are told apart by. */
interface FunctionDimensions {
  readonly scope: Scope;
  /** All functions together, this one, and it as it was named. */
  readonly all: readonly Dimensions[];
  /** The last two. */
  readonly own: readonly Dimensions[];
  /** Of an alias: with each version that it ran. */
  readonly byVersion: Map<string, readonly Dimensions[]> | undefined;
}

const FUNCTION_ARN = /^arn:[^:]+:lambda:([^:]*):([^:]*):function:([^:]+)(?::(.+))?$/;
const VERSION = /^(\$LATEST|\d+)$/;
const ALL_FUNCTIONS: Dimensions = {};
/** Qualified functions that are remembered; beyond that they are taken apart anew. */
const MAX_REMEMBERED = 10_000;

const remembered = new Map<string, FunctionDimensions>();

/**
 * Records what AWS/Lambda publishes of a function: for all functions together, for this one, for it as it was named, and
 * behind an alias for the version that ran. docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html
 *
 * @param arn as the caller qualified it
 * @param executedVersion what ran, where that is known
 */
export function recordOfFunction(
  metrics: Metrics,
  arn: Arn,
  measurements: readonly Measurement[],
  executedVersion?: string,
): void {
  const dimensions = dimensionsOf(arn);
  if (!dimensions) return;
  const { scope, all, byVersion } = dimensions;
  const sets = byVersion && executedVersion !== undefined ? withVersion(all, byVersion, executedVersion) : all;
  recordForEach(metrics, scope, sets, measurements);
}

/** Records a level, of which all functions together have another than this one. */
export function recordLevels(
  metrics: Metrics,
  arn: Arn,
  ofFunction: readonly Measurement[],
  ofAll: readonly Measurement[],
): void {
  const dimensions = dimensionsOf(arn);
  if (!dimensions) return;
  recordForEach(metrics, dimensions.scope, dimensions.own, ofFunction);
  metrics.record(dimensions.scope, 'AWS/Lambda', ALL_FUNCTIONS, ofAll);
}

function recordForEach(
  metrics: Metrics,
  scope: Scope,
  sets: readonly Dimensions[],
  measurements: readonly Measurement[],
): void {
  if (metrics.recordForEach) metrics.recordForEach(scope, 'AWS/Lambda', sets, measurements);
  else for (const set of sets) metrics.record(scope, 'AWS/Lambda', set, measurements);
}

function withVersion(
  all: readonly Dimensions[],
  byVersion: Map<string, readonly Dimensions[]>,
  ExecutedVersion: string,
): readonly Dimensions[] {
  const known = byVersion.get(ExecutedVersion) ?? [...all, { ...all.at(-1), ExecutedVersion }];
  byVersion.set(ExecutedVersion, known);
  return known;
}

function dimensionsOf(arn: Arn): FunctionDimensions | undefined {
  const known = remembered.get(arn);
  if (known) return known;
  const [, region, account, name, qualifier] = FUNCTION_ARN.exec(arn) ?? [];
  if (region === undefined || account === undefined || name === undefined) return undefined;
  const Resource = qualifier === undefined ? name : `${name}:${qualifier}`;
  const own = [{ FunctionName: name }, { FunctionName: name, Resource }];
  const isAlias = qualifier !== undefined && !VERSION.test(qualifier);
  const dimensions = {
    scope: { account, region },
    all: [ALL_FUNCTIONS, ...own],
    own,
    byVersion: isAlias ? new Map<string, readonly Dimensions[]>() : undefined,
  };
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(arn, dimensions);
  return dimensions;
}
