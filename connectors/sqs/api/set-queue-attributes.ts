import type { SetQueueAttributesCommandInput } from '@aws-sdk/client-sqs';
import { MINUTE } from '../../../src/core/clock.ts';
import type { Operation } from '../../../src/core/operation.ts';
import { missingParameter } from '../errors.ts';
import { isFifo, type Queue, settingsOf } from '../queue.ts';
import { changeAttributes } from '../queue-attributes.ts';
import { checkRedrivePolicy } from '../redrive-policy-check.ts';
import type { SqsService } from '../service.ts';

/**
 * A change of the deduplication scope takes a minute to apply, as the page says of all attributes; of this one it was
 * recorded, the others apply at once here.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
const SCOPE_CHANGE_MS = MINUTE;

/** Changes attributes; those that are not named stay as they are. */
export const setQueueAttributes: Operation<SqsService, SetQueueAttributesCommandInput, object> = async (
  service,
  input,
  context,
) =>
  await service.directory.change(async () => {
    const queue = await service.directory.byUrl(input.QueueUrl, context);
    if (!input.Attributes) throw missingParameter('Attributes');
    const changed = changeAttributes(queue.attributes, input.Attributes);
    const policy = input.Attributes.RedrivePolicy;
    const find = service.directory.findArn;
    const redrive = policy
      ? { RedrivePolicy: await checkRedrivePolicy(policy, { ...queue, fifo: isFifo(queue) }, find) }
      : {};
    const nowMs = service.clock.nowMs();
    await service.directory.update(queue, {
      ...queue,
      ...formerScope(queue, changed['DeduplicationScope'], nowMs),
      modifiedAtMs: nowMs,
      attributes: { ...changed, ...redrive },
    });
    return {};
  });

function formerScope(queue: Queue, scope: string | undefined, nowMs: number): Pick<Queue, 'formerScope'> {
  if (!isFifo(queue) || scope === queue.attributes['DeduplicationScope']) return {};
  return { formerScope: { scope: settingsOf(queue).deduplicationScope, untilMs: nowMs + SCOPE_CHANGE_MS } };
}
