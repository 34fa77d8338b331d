import { noSuchEntity } from './iam-error.ts';
import type { ManagedPolicy, StoredVersion } from './managed-policy.ts';

/** The version of that id, or AWS's 404. */
export function requirePolicyVersion(policy: ManagedPolicy, id: string | undefined): StoredVersion {
  const version = policy.versions.find((each) => each.id === id);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}
