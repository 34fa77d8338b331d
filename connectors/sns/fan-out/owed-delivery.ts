import type { Paced } from '../../../src/core/delivery/paced-delivery.ts';
import type { ConfirmationLetter } from '../envelope/envelopes.ts';
import type { Publication } from '../publish/publication.ts';
import type { SubscriptionName } from '../subscription/subscription.ts';

/** What is owed to one subscriber, as a task stores it. */
export type OwedDelivery =
  | (Paced & { readonly kind: 'notification'; readonly publication: Publication; readonly to: SubscriptionName })
  | { readonly kind: 'letter'; readonly letter: ConfirmationLetter; readonly endpoint: string };
