import type { ConfirmationLetter } from '../envelope/envelopes.ts';
import type { Publication } from '../publish/publication.ts';
import type { SubscriptionName } from '../subscription/subscription.ts';

/** What is owed to one subscriber, as a task stores it. */
export type OwedDelivery =
  | {
      readonly kind: 'notification';
      readonly publication: Publication;
      readonly to: SubscriptionName;
      /** Present once its turn was given to it, where the receiver takes only so many a second. */
      readonly turnAtMs?: number | undefined;
    }
  | { readonly kind: 'letter'; readonly letter: ConfirmationLetter; readonly endpoint: string };
