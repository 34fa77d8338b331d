import { createHash } from 'node:crypto';
import type { Dimension } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../core/arn.ts';

/** A metric: AWS tells metrics apart by all of this. The order of dimensions does not count. */
export interface Metric extends Scope {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The dimensions in an order that is theirs, as text. */
export function dimensionsText(dimensions: Metric['dimensions']): string {
  const names = Object.keys(dimensions);
  if (names.length > 1) names.sort();
  let text = '';
  for (const name of names) text += `${name}\0${dimensions[name]}\0`;
  return text;
}

/** A short name for the metric, which no other has. */
export function idOf({ account, region, namespace, name, dimensions }: Metric): string {
  const text = [account, region, namespace, name, dimensionsText(dimensions)].join('\0\0');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Dimensions as the API writes them. */
export const dimensionList = (dimensions: Metric['dimensions']): Dimension[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

/** Dimensions as the API takes them. */
export const dimensionsOf = (list: readonly Dimension[] | undefined): Metric['dimensions'] =>
  Object.fromEntries((list ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
