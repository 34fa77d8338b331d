import { type Publication, textFor } from '../publish/publication.ts';
import { textToSign } from './envelope-text.ts';
import type { Signer } from './signer.ts';

/** What an envelope says of its signature. */
export interface Signature {
  readonly SignatureVersion: '1' | '2';
  readonly Signature: string;
  readonly SigningCertURL: string;
}

/** Signs what envelopes hold. */
export interface Signatures {
  /** Of the members of a letter. */
  ofMembers(members: Readonly<Record<string, string | undefined>>, version: '1' | '2'): Promise<Signature>;
  /** Of a publication as receivers of a protocol read it; those who read the same text share one. */
  ofPublication(publication: Publication, protocol: string, version: '1' | '2'): Promise<Signature>;
  /** Forgets those of publications. */
  forget(): void;
}

/** How many signatures of publications are remembered, the newest: one takes a millisecond, and retries come later. */
const MAX_REMEMBERED = 1000;

/** Signatures by a key whose certificate this endpoint serves. */
export function createSignatures(signer: Signer, origin: () => string): Signatures {
  const made = new Map<string, Promise<Signature>>();
  const ofMembers: Signatures['ofMembers'] = async (members, version) => ({
    SignatureVersion: version,
    Signature: await signer.sign(textToSign(members), version),
    SigningCertURL: `${origin()}/_headwater/sns/${await signer.certificateName()}`,
  });
  const remember = (key: string, making: Promise<Signature>) => {
    made.set(key, making);
    making.catch(() => made.delete(key));
    if (made.size > MAX_REMEMBERED) for (const oldest of made.keys()) return void made.delete(oldest);
  };
  return {
    ofMembers,
    forget: () => made.clear(),
    ofPublication(publication, protocol, version) {
      const { messageId: MessageId, subject: Subject, topic, atMs } = publication;
      const readsOwnText = publication.texts?.[protocol] !== undefined;
      const key = `${MessageId}/${version}/${readsOwnText ? protocol : 'default'}`;
      const before = made.get(key);
      if (before) return before;
      const [Message, Timestamp] = [textFor(publication, protocol), new Date(atMs).toISOString()];
      const members = { Type: 'Notification', MessageId, TopicArn: topic.arn, Subject, Message, Timestamp };
      const making = ofMembers(members, version);
      remember(key, making);
      return making;
    },
  };
}
