import type { Measurement, Metrics } from '../../../src/core/metrics/metrics.ts';
import { DEFAULT_BUS } from '../bus/bus.ts';
import type { BusName } from '../bus-events.ts';

const NAMESPACE = 'AWS/Events';

/** Counts something once. */
export const once = (name: string): Measurement => ({ name, value: 1, unit: 'Count' });

/**
 * Records what happened to a rule: without dimensions, and for the rule. Rules of the default bus have no other dimension.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
export function measureRule(
  metrics: Metrics,
  rule: { readonly name: string; readonly bus: BusName },
  measurements: readonly Measurement[],
): void {
  const { bus, name } = rule;
  const ofBus = bus.name === DEFAULT_BUS ? {} : { EventBusName: bus.name };
  metrics.record(bus, NAMESPACE, {}, measurements);
  metrics.record(bus, NAMESPACE, { ...ofBus, RuleName: name }, measurements);
}

/** Records what happened to an account's calls. */
export function measureCalls(metrics: Metrics, scope: BusName, measurements: readonly Measurement[]): void {
  metrics.record(scope, NAMESPACE, {}, measurements);
}
