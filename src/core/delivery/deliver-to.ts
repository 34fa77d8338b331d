import type { Arn } from '../arn.ts';
import type { Delivery, DeliveryOutcome, Targets } from '../target.ts';

/** Delivers to the resource of that ARN; where nothing here takes it, trying again cannot help. */
export async function deliverTo(
  targets: Targets,
  arn: Arn,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const target = targets.find(arn);
  if (target) return await target.deliver(arn, delivery, signal);
  return { kind: 'refused', permanent: true, code: 'NoSuchService', message: `Nothing here takes ${arn}` };
}

/** The same for a sender that tries again by itself: a fault, ours or a backend's, is a refusal that may pass. */
export async function tryToDeliver(...attempt: Parameters<typeof deliverTo>): Promise<DeliveryOutcome> {
  try {
    return await deliverTo(...attempt);
  } catch (error) {
    return { kind: 'refused', permanent: false, code: 'InternalFailure', message: String(error) };
  }
}
