import type { ResourcePolicy as ResourcePolicyOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { ResourcePolicy } from './resource-policies.ts';

/** A policy as clients see it. */
export const policyOutput = ({ name, document, updatedAtMs }: ResourcePolicy): ResourcePolicyOutput => ({
  policyName: name,
  policyDocument: document,
  lastUpdatedTime: updatedAtMs,
  policyScope: 'ACCOUNT',
});
