import type { AddPermissionInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { withPermission } from '../topic/policy.ts';

/** Adds a statement to the topic's policy that lets accounts do something. */
export const addPermission: Operation<SnsService, AddPermissionInput, object> = async (
  { topics },
  { TopicArn, Label: label = '', AWSAccountId: accounts = [], ActionName: actions = [] },
  context,
) => {
  const topic = await topics.of(TopicArn, context, 'AddPermission');
  await topics.change(topic, (current) => ({
    ...current,
    attributes: { ...current.attributes, Policy: withPermission(current, { label, accounts, actions }) },
  }));
  return {};
};
