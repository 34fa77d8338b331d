import type { Policy, PolicyVersion } from '@aws-sdk/client-iam';
import { parseArn } from '../../core/arn.ts';
import { type Tags, tagList } from '../../core/tags.ts';
import type { DocumentStore } from './document-store.ts';
import { noSuchEntity } from './iam-error.ts';
import { encodedDocument } from './policy-document.ts';
import type { Roles } from './role.ts';

/** A customer managed policy as it is stored. */
export interface ManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
  readonly description?: string;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly tags: Tags;
  /** Oldest first. */
  readonly versions: readonly StoredVersion[];
  readonly defaultVersion: string;
  /** Number of the next version; they are never given twice. */
  readonly nextVersion: number;
}

/** One version of the document, `v1` and so on. */
export interface StoredVersion {
  readonly id: string;
  readonly document: string;
  readonly createdMs: number;
}

/** Where policies are kept. */
export interface ManagedPolicies {
  readonly policies: DocumentStore<ManagedPolicy>;
}

/** Policies that AWS keeps. They can be attached, but their documents are not here. */
export const isAwsManaged = (arn: string): boolean => arn.startsWith('arn:aws:iam::aws:policy/');

/** Last part of the ARN. */
export const policyNameOf = (arn: string): string => arn.split('/').at(-1) ?? arn;

/** The caller's policy of that ARN, or AWS's 404. */
export async function requirePolicy(
  service: ManagedPolicies,
  account: string,
  arn: string | undefined,
): Promise<ManagedPolicy> {
  const policy = await service.policies.find(account, policyNameOf(arn ?? ''));
  if (policy?.arn !== arn) throw noSuchPolicy(arn);
  return policy as ManagedPolicy;
}

/** 404 of a policy. */
export function noSuchPolicy(arn: string | undefined) {
  const reason = isAwsManaged(arn ?? '') ? ' Headwater attaches policies of AWS, but does not hold them.' : '';
  return noSuchEntity(`Policy ${arn} was not found.${reason}`);
}

/** How a policy is answered. */
export async function sentPolicy(
  service: Roles,
  policy: ManagedPolicy,
  as: 'whole' | 'listed' = 'whole',
): Promise<Policy> {
  const account = parseArn(policy.arn)?.account ?? '';
  const roles = await service.roles.list(account);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: roles.filter(({ attached }) => attached.includes(policy.arn)).length,
    PermissionsBoundaryUsageCount: roles.filter(({ boundary }) => boundary === policy.arn).length,
    IsAttachable: true,
    CreateDate: new Date(policy.createdMs),
    UpdateDate: new Date(policy.updatedMs),
    ...(as === 'whole' && policy.description !== undefined ? { Description: policy.description } : {}),
    ...(as === 'whole' && Object.keys(policy.tags).length > 0 ? { Tags: tagList(policy.tags) } : {}),
  };
}

/** How a version is answered; only GetPolicyVersion gives the document. */
export function sentVersion(policy: ManagedPolicy, version: StoredVersion, withDocument = false): PolicyVersion {
  return {
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: new Date(version.createdMs),
    ...(withDocument ? { Document: encodedDocument(version.document) } : {}),
  };
}
