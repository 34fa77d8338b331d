import type { Arn } from '../../../src/core/arn.ts';
import type { MessageAttributes } from '../publish/message-attributes.ts';
import { type Publication, textFor } from '../publish/publication.ts';
import { isRaw, type Subscription } from '../subscription/subscription.ts';
import { envelopeText } from './envelope-text.ts';
import { createSignatures } from './signatures.ts';
import type { Signer } from './signer.ts';

/** What the letters to an endpoint about its subscription say. */
export interface ConfirmationLetter {
  readonly type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly messageId: string;
  readonly topicArn: Arn;
  readonly subscriptionArn: Arn;
  readonly token: string;
  readonly atMs: number;
  readonly signatureVersion: '1' | '2';
}

/** Writes what SNS sends. */
export interface Envelopes {
  /** Begins with what takes longest, for a message that will be written soon. */
  begin(publication: Publication, subscription: Subscription): void;
  /** Forgets what was begun. */
  forget(): void;
  /** For queues and web servers. */
  notification(publication: Publication, subscription: Subscription): Promise<string>;
  /** For functions, which spell some members otherwise. */
  lambdaEvent(publication: Publication, subscription: Subscription): Promise<string>;
  confirmation(letter: ConfirmationLetter): Promise<string>;
}

/** Functions get this version, whatever the topic says (recorded). */
const FOR_FUNCTIONS = '1';

/**
 * Envelopes with links to this endpoint.
 * @param origin the endpoint as clients see it, e.g. `http://localhost:4566`
 */
export function createEnvelopes(signer: Signer, origin: () => string): Envelopes {
  const signatures = createSignatures(signer, origin);
  const unsubscribeUrl = ({ arn }: Subscription) => `${origin()}/?Action=Unsubscribe&SubscriptionArn=${arn}`;

  return {
    begin(publication, subscription) {
      const { topic } = publication;
      if (topic.fifo || isRaw(subscription)) return;
      const { protocol } = subscription;
      const version = protocol === 'lambda' ? FOR_FUNCTIONS : topic.signatureVersion;
      // Whoever needs it, awaits it.
      signatures.ofPublication(publication, protocol, version).catch(() => {});
    },
    forget: () => signatures.forget(),
    async notification(publication, subscription) {
      const { messageId, sequenceNumber, topic, subject, atMs, attributes } = publication;
      const { protocol } = subscription;
      return envelopeText({
        Type: 'Notification',
        MessageId: messageId,
        SequenceNumber: sequenceNumber,
        TopicArn: topic.arn,
        Subject: subject,
        Message: textFor(publication, protocol),
        Timestamp: timestamp(atMs),
        // Those of FIFO topics are not signed (recorded).
        ...(topic.fifo ? {} : await signatures.ofPublication(publication, protocol, topic.signatureVersion)),
        UnsubscribeURL: unsubscribeUrl(subscription),
        MessageAttributes: shown(attributes),
      });
    },
    async lambdaEvent(publication, subscription) {
      const { messageId, topic, subject, atMs, attributes } = publication;
      const signature = await signatures.ofPublication(publication, 'lambda', FOR_FUNCTIONS);
      const { SignatureVersion, Signature, SigningCertURL } = signature;
      const Sns = {
        Type: 'Notification',
        MessageId: messageId,
        TopicArn: topic.arn,
        Subject: subject ?? null,
        Message: textFor(publication, 'lambda'),
        Timestamp: timestamp(atMs),
        ...{ SignatureVersion, Signature, SigningCertUrl: SigningCertURL },
        UnsubscribeUrl: unsubscribeUrl(subscription),
        MessageAttributes: shown(attributes) ?? {},
      };
      const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscription.arn, Sns };
      return JSON.stringify({ Records: [record] });
    },
    async confirmation(letter) {
      const { topicArn, token } = letter;
      const signedMembers = {
        Type: letter.type,
        MessageId: letter.messageId,
        Token: token,
        TopicArn: topicArn,
        Message: MESSAGES[letter.type](letter),
        SubscribeURL: `${origin()}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
        Timestamp: timestamp(letter.atMs),
      };
      return envelopeText({
        ...signedMembers,
        ...(await signatures.ofMembers(signedMembers, letter.signatureVersion)),
      });
    },
  };
}

/** Recorded. */
const MESSAGES: Readonly<Record<ConfirmationLetter['type'], (letter: ConfirmationLetter) => string>> = {
  SubscriptionConfirmation: ({ topicArn }) =>
    `You have chosen to subscribe to the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
  UnsubscribeConfirmation: ({ subscriptionArn }) =>
    `You have chosen to deactivate subscription ${subscriptionArn}.\nTo cancel this operation and restore the subscription, visit the SubscribeURL included in this message.`,
};

const timestamp = (atMs: number) => new Date(atMs).toISOString();

function shown(attributes: MessageAttributes) {
  const entries = Object.entries(attributes).map(
    ([name, { type, value }]) => [name, { Type: type, Value: value }] as const,
  );
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
