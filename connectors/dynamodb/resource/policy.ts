import { ServiceError } from '../../../src/core/errors.ts';
import type { ResourcePolicy } from '../table/table.ts';
import { invalidParameters } from '../values/refusal.ts';

const MAX_BYTES = 20_480;
/** An expected revision that stands for no policy. */
const NO_POLICY = 'NO_POLICY';
const NOT_FOUND = 'Resource-based policy not found for the provided ResourceArn:';

/** The text of a policy; refuses one that is too long or no JSON object. What it grants is not looked at. */
export function checkPolicy(document: string = ''): string {
  if (Buffer.byteLength(document) > MAX_BYTES) {
    throw invalidParameters(`Maximum policy size of ${MAX_BYTES} bytes exceeded`);
  }
  try {
    const policy: unknown = JSON.parse(document);
    if (typeof policy === 'object' && policy !== null) return document;
  } catch {
    // Refused below.
  }
  throw invalidParameters('Invalid policy document: This policy contains invalid Json');
}

/** Refuses to change a policy when it is another one than the caller believes. The texts are AWS's. */
export function checkRevision(
  { name, policy }: { readonly name: string; readonly policy: ResourcePolicy | undefined },
  expected: string | undefined,
): void {
  if (expected === undefined || expected === (policy?.revisionId ?? NO_POLICY)) return;
  if (expected === NO_POLICY) {
    throw policyMissing(
      `Requested policy update expecting none to be present for table ${name}, but a policy exists with revision id ${policy?.revisionId}.`,
    );
  }
  throw policyMissing(
    `Requested update for policy with revision id ${expected}, but the policy associated to target table ${name} has revision id ${policy?.revisionId ?? NO_POLICY}.`,
  );
}

/** What AWS says where there is no policy, or not the expected one. */
export function policyMissing(what: string): ServiceError {
  return new ServiceError('PolicyNotFoundException', `${NOT_FOUND} ${what}`);
}
