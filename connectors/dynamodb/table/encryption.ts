import type { SSESpecification } from '@aws-sdk/client-dynamodb';
import { formatArn, type Scope } from '../../../src/core/arn.ts';
import type { Random } from '../../../src/core/random.ts';
import { invalidParameters } from '../values/refusal.ts';
import type { Table } from './table.ts';

/** The key that a table is encrypted with as far as it shows: with AWS's own key there is nothing to show. */
export function readEncryption(
  { account, region }: Scope,
  { Enabled: enabled = false, KMSMasterKeyId: given }: SSESpecification = {},
  random: Random,
): Table['encryption'] {
  if (!enabled) {
    if (given === undefined) return undefined;
    throw invalidParameters('SSEType, KMSMasterKeyId can only be specified when SSE is enabled');
  }
  if (given?.startsWith('arn:')) return { keyArn: given };
  const id = given ?? random.uuid();
  return { keyArn: formatArn({ service: 'kms', account, region, resource: id.includes('/') ? id : `key/${id}` }) };
}
