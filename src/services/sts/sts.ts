import type { Clock } from '../../core/clock.ts';
import type { Credentials } from '../../core/credentials.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../core/operation.ts';

/** What STS's operations work with. */
export interface StsService {
  readonly credentials: Credentials;
  readonly clock: Clock;
}

/** STS: who am I, and credentials that act as a role. */
export function createSts(options: {
  readonly credentials: Credentials;
  readonly operations: OperationFiles;
  readonly clock: Clock;
}): { readonly api: ServiceApi } {
  const { credentials, clock, operations } = options;
  return { api: serviceApi({ name: 'sts', service: { credentials, clock }, operations }) };
}
