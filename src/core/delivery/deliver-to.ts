import { type Arn, asArn } from '../arn.ts';
import { BackendUnavailable } from '../errors.ts';
import type { Delivery, DeliveryOutcome, PolicyQuestion, Targets } from '../target.ts';

/** Delivers to the resource of that ARN; where nothing here takes it, trying again cannot help. */
export async function deliverTo(
  targets: Targets,
  arn: Arn,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const target = targets.find(arn);
  if (target) return await target.deliver(arn, delivery, signal);
  return refusedForGood('NoSuchService', `Nothing here takes ${arn}`);
}

/** The same for a sender that tries again by itself: a fault, ours or a backend's, is a refusal that may pass. */
export async function tryToDeliver(...attempt: Parameters<typeof deliverTo>): Promise<DeliveryOutcome> {
  try {
    return await deliverTo(...attempt);
  } catch (error) {
    const outage = error instanceof BackendUnavailable ? { outage: error } : {};
    return { kind: 'refused', permanent: false, code: 'InternalFailure', message: String(error), ...outage };
  }
}

/** Brings what was given up to a dead-letter queue; where there is none it is `accepted`, by nobody, and gone. */
export async function buryIn(
  targets: Targets,
  deadLetterArn: string | undefined,
  letter: () => Delivery | Promise<Delivery>,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  if (deadLetterArn === undefined) return { kind: 'accepted' };
  return await deliverTo(targets, asArn(deadLetterArn), await letter(), signal);
}

/** A refusal that trying again cannot change. */
export const refusedForGood = (code: string, message: string): Extract<DeliveryOutcome, { kind: 'refused' }> => ({
  kind: 'refused',
  permanent: true,
  code,
  message,
});

/** Whether the resource's own policy lets the sender in; one that is not there or has no policy to ask refuses nobody. */
export async function mayDeliver(targets: Targets, arn: Arn, question: PolicyQuestion): Promise<boolean> {
  const description = await targets.find(arn)?.describe(arn);
  return description?.allows === undefined || (await description.allows(question));
}
