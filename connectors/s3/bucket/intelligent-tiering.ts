import type { IntelligentTieringConfiguration } from '@aws-sdk/client-s3';
import { malformedXml } from '../errors.ts';

/** Stored and shown; objects stay where they are. */
export function checkIntelligentTiering(id: string | undefined, configuration: IntelligentTieringConfiguration): void {
  const { Id, Status, Tierings } = configuration;
  const isStatus = Status === 'Enabled' || Status === 'Disabled';
  if (Id !== id || !isStatus || !Tierings || Tierings.length === 0) throw malformedXml();
}
