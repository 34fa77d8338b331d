import { createHash } from 'node:crypto';
import type { Owner } from '@aws-sdk/client-s3';

/** The canonical user id of an account: 64 hex digits, always the same for the same account. */
export function canonicalId(account: string): string {
  return createHash('sha256').update(`canonical user ${account}`).digest('hex');
}

/** The customer id of an account, which event records name as a bucket's owner, e.g. `A3NL1KOZZKExample`. */
export function customerId(account: string): string {
  const digest = createHash('sha256').update(`customer ${account}`).digest('hex');
  return `A${BigInt(`0x${digest}`).toString(36).toUpperCase().slice(0, 13)}`;
}

/** How answers show the owner; AWS no longer gives display names. */
export const ownerOf = (account: string): Owner => ({ ID: canonicalId(account) });
