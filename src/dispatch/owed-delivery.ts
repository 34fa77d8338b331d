import type { Arn } from '../core/arn.ts';
import type { Delivery } from '../core/target.ts';

/** A delivery that a concluded invocation still owes. It is stored with its task, so it survives a restart. */
export interface OwedDelivery {
  readonly sink: 'OnSuccess' | 'OnFailure' | 'dead-letter queue';
  readonly arn: Arn;
  readonly payload: Uint8Array;
  readonly attributes?: Delivery['attributes'];
  readonly key?: string;
  /** What an event bus calls it. */
  readonly detailType?: string;
}
