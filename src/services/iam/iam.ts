import type { Clock } from '../../core/clock.ts';
import { type OperationFiles, type ServiceApi, serviceApi } from '../../core/operation.ts';
import type { Registry } from '../../core/ports/registry.ts';
import type { Random } from '../../core/random.ts';
import { createDocumentStore } from './document-store.ts';
import type { ManagedPolicies, ManagedPolicy } from './managed-policy.ts';
import type { Role, Roles } from './role.ts';

/** What IAM's operations work with. Nothing here is enforced: roles and policies are stored so that tools find them. */
export interface IamService extends Roles, ManagedPolicies {
  readonly random: Random;
  readonly clock: Clock;
}

/** IAM roles and managed policies as stored documents. */
export function createIam(options: {
  readonly registry: Registry;
  readonly random: Random;
  readonly clock: Clock;
  readonly operations: OperationFiles;
}): { readonly api: ServiceApi; reset(): Promise<void> } {
  const { registry, random, clock, operations } = options;
  const roles = createDocumentStore<Role>(registry, 'role');
  const policies = createDocumentStore<ManagedPolicy>(registry, 'policy');
  return {
    api: serviceApi({ name: 'iam', service: { roles, policies, random, clock }, operations }),
    reset: async () => void (await Promise.all([roles.clear(), policies.clear()])),
  };
}
