import type { AnalyticsConfiguration } from '@aws-sdk/client-s3';
import { malformedXml } from '../errors.ts';

/** Stored and shown; no analysis is made. */
export function checkAnalytics(id: string | undefined, configuration: AnalyticsConfiguration): void {
  if (configuration.Id !== id || !configuration.StorageClassAnalysis) throw malformedXml();
}
