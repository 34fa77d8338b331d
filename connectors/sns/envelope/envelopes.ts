import type { Arn } from '../../../src/core/arn.ts';
import type { MessageAttributes } from '../publish/message-attributes.ts';
import { type Publication, textFor } from '../publish/publication.ts';
import type { Subscription } from '../subscription/subscription.ts';
import { envelopeText, textToSign } from './envelope-text.ts';
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
  /** For queues and web servers. */
  notification(publication: Publication, subscription: Subscription): Promise<string>;
  /** For functions, which spell some members otherwise. */
  lambdaEvent(publication: Publication, subscription: Subscription): Promise<string>;
  confirmation(letter: ConfirmationLetter): Promise<string>;
}

interface Signature {
  readonly SignatureVersion: '1' | '2';
  readonly Signature: string;
  readonly SigningCertURL: string;
}

/**
 * Envelopes with links to this endpoint.
 * @param origin the endpoint as clients see it, e.g. `http://localhost:4566`
 */
export function createEnvelopes(signer: Signer, origin: () => string): Envelopes {
  /** The receivers of a message read the same text, so most signatures are made once. */
  const made = new WeakMap<Publication, Map<string, Promise<Signature>>>();

  const signed = async (members: Readonly<Record<string, string | undefined>>, version: '1' | '2') => ({
    SignatureVersion: version,
    Signature: await signer.sign(textToSign(members), version),
    SigningCertURL: `${origin()}/_headwater/sns/${await signer.certificateName()}`,
  });
  const signature = (publication: Publication, text: string, version: '1' | '2'): Promise<Signature> => {
    const known = made.get(publication) ?? new Map<string, Promise<Signature>>();
    made.set(publication, known);
    const key = `${version}${text}`;
    const before = known.get(key);
    if (before) return before;
    const { messageId: MessageId, subject: Subject, topic } = publication;
    const Timestamp = timestamp(publication.atMs);
    const members = { Type: 'Notification', MessageId, TopicArn: topic.arn, Subject, Message: text, Timestamp };
    const making = signed(members, version);
    known.set(key, making);
    return making;
  };
  const unsubscribeUrl = ({ arn }: Subscription) => `${origin()}/?Action=Unsubscribe&SubscriptionArn=${arn}`;

  return {
    async notification(publication, subscription) {
      const { messageId, sequenceNumber, topic, subject, atMs, attributes } = publication;
      const text = textFor(publication, subscription.protocol);
      return envelopeText({
        Type: 'Notification',
        MessageId: messageId,
        SequenceNumber: sequenceNumber,
        TopicArn: topic.arn,
        Subject: subject,
        Message: text,
        Timestamp: timestamp(atMs),
        // Those of FIFO topics are not signed (recorded).
        ...(topic.fifo ? {} : await signature(publication, text, topic.signatureVersion)),
        UnsubscribeURL: unsubscribeUrl(subscription),
        MessageAttributes: shown(attributes),
      });
    },
    async lambdaEvent(publication, subscription) {
      const { messageId, topic, subject, atMs, attributes } = publication;
      const text = textFor(publication, 'lambda');
      // Functions get version 1, whatever the topic says (recorded).
      const { SignatureVersion, Signature, SigningCertURL } = await signature(publication, text, '1');
      const Sns = {
        Type: 'Notification',
        MessageId: messageId,
        TopicArn: topic.arn,
        Subject: subject ?? null,
        Message: text,
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
      return envelopeText({ ...signedMembers, ...(await signed(signedMembers, letter.signatureVersion)) });
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
