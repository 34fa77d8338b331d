import type { RemovePermissionCommandInput } from '@aws-sdk/client-sqs';
import type { Operation } from '../../../src/core/operation.ts';
import { parsePolicy, statementsOf } from '../../../src/core/resource-policy.ts';
import { invalidValue, missingParameter } from '../errors.ts';
import type { SqsService } from '../service.ts';

/** Removes a statement from the queue's policy; with the last one goes the policy. */
export const removePermission: Operation<SqsService, RemovePermissionCommandInput, object> = async (
  service,
  input,
  context,
) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    const { Label: label } = input;
    if (!label) throw missingParameter('Label');
    const { Policy: text, ...others } = queue.attributes;
    const policy = parsePolicy(text);
    const statements = statementsOf(policy);
    const left = statements.filter(({ Sid }) => Sid !== label);
    if (left.length === statements.length) throw invalidValue(label, 'Label', "can't find label.");
    const changed = left.length > 0 ? { Policy: JSON.stringify({ ...policy, Statement: left }) } : {};
    await service.directory.update(queue, { ...queue, attributes: { ...others, ...changed } });
    return {};
  });
