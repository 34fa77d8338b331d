import type { Role as SentRole } from '@aws-sdk/client-iam';
import { type Tags, tagList } from '../../core/tags.ts';
import type { DocumentStore } from './document-store.ts';
import { noSuchEntity } from './iam-error.ts';
import { encodedDocument } from './policy-document.ts';

/** A role as it is stored. */
export interface Role {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly createdMs: number;
  /** The trust policy. */
  readonly trust: string;
  readonly description?: string;
  readonly maxSessionSeconds: number;
  readonly boundary?: string;
  readonly tags: Tags;
  /** Inline policies by name. */
  readonly inline: Readonly<Record<string, string>>;
  /** ARNs of managed policies, in the order of their attachment. */
  readonly attached: readonly string[];
}

/** How a role is answered; lists leave its tags out. */
export function sentRole(role: Role, as: 'whole' | 'listed' = 'whole'): SentRole {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdMs),
    AssumeRolePolicyDocument: encodedDocument(role.trust),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.description === undefined ? {} : { Description: role.description }),
    ...(role.boundary
      ? {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: role.boundary,
          },
        }
      : {}),
    ...(as === 'whole' && Object.keys(role.tags).length > 0 ? { Tags: tagList(role.tags) } : {}),
  };
}

const noRole = (name: string | undefined) => noSuchEntity(`The role with name ${name} cannot be found.`);

/** Where roles are kept. */
export interface Roles {
  readonly roles: DocumentStore<Role>;
}

/** The role of that name, or AWS's 404. */
export async function requireRole(service: Roles, account: string, name: string | undefined): Promise<Role> {
  const role = await service.roles.find(account, name ?? '');
  if (!role) throw noRole(name);
  return role;
}

/** Changes the role of that name, or answers AWS's 404. */
export async function changeRole(
  service: Roles,
  account: string,
  name: string | undefined,
  change: (role: Role) => Role,
): Promise<Role> {
  const role = await service.roles.change(account, name ?? '', change);
  if (!role) throw noRole(name);
  return role;
}
