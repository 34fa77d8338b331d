import type { MetricsConfiguration } from '@aws-sdk/client-s3';
import { malformedXml } from '../errors.ts';

/** Stored and shown; no metrics are gathered. */
export function checkMetrics(id: string | undefined, configuration: MetricsConfiguration): void {
  if (configuration.Id !== id) throw malformedXml();
}
