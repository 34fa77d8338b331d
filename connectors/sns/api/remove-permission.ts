import type { RemovePermissionInput } from '@aws-sdk/client-sns';
import type { Operation } from '../../../src/core/operation.ts';
import type { SnsService } from '../service.ts';
import { withoutPermission } from '../topic/policy.ts';

/** Takes the statement of that label out of the topic's policy. */
export const removePermission: Operation<SnsService, RemovePermissionInput, object> = async (
  { topics },
  { TopicArn, Label = '' },
  context,
) => {
  const topic = await topics.of(TopicArn, context, 'RemovePermission');
  await topics.change(topic, (current) => ({
    ...current,
    attributes: { ...current.attributes, Policy: withoutPermission(current, Label) },
  }));
  return {};
};
