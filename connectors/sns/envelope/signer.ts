import { createHash, createPrivateKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { isVersionConflict, type Registry } from '../../../src/core/ports/registry.ts';
import { selfSignedCertificate } from './certificate.ts';

/** Signs what SNS sends. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
export interface Signer {
  /** Base64 of the signature over the text: with SHA-1 in version 1, with SHA-256 in version 2. */
  sign(text: string, version: '1' | '2'): Promise<string>;
  /** In PEM; receivers check signatures with it. */
  certificate(): Promise<string>;
  /** The name of the certificate's file, as in `SigningCertURL`. */
  certificateName(): Promise<string>;
  /** Gets the key ready, which takes a moment the first time. */
  warm(): Promise<void>;
}

interface StoredKey {
  readonly privateKey: string;
  readonly certificate: string;
}

interface Key {
  readonly privateKey: KeyObject;
  readonly certificate: string;
  readonly name: string;
}

/** Where all processes find the key. */
export const SIGNING_KEY = 'sns/signing-key';
const MODULUS_BITS = 2048;
const SERIAL_BYTES = 16;
const generate = promisify(generateKeyPair);
const signText = promisify(sign);

/** The key lives in the registry, so that all processes sign alike; it is made when it is first wanted. */
export function createSigner(registry: Registry): Signer {
  let key: Promise<Key> | undefined;
  const ready = (): Promise<Key> => {
    key ??= readOrMake(registry).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };
  return {
    async sign(text, version) {
      const { privateKey } = await ready();
      const signature = await signText(version === '1' ? 'sha1' : 'sha256', Buffer.from(text), privateKey);
      return signature.toString('base64');
    },
    certificate: async () => (await ready()).certificate,
    certificateName: async () => (await ready()).name,
    async warm() {
      await ready();
    },
  };
}

async function readOrMake(registry: Registry): Promise<Key> {
  const stored = (await registry.get<StoredKey>(SIGNING_KEY))?.value ?? (await make(registry));
  const privateKey = createPrivateKey(stored.privateKey);
  const hash = createHash('md5').update(stored.certificate).digest('hex');
  return { privateKey, certificate: stored.certificate, name: `SimpleNotificationService-${hash}.pem` };
}

async function make(registry: Registry): Promise<StoredKey> {
  const { privateKey } = await generate('rsa', { modulusLength: MODULUS_BITS });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const serial = createHash('sha256').update(pem).digest().subarray(0, SERIAL_BYTES);
  const made = { privateKey: pem, certificate: selfSignedCertificate(privateKey, 'sns.amazonaws.com', serial) };
  try {
    await registry.put(SIGNING_KEY, made, 0);
    return made;
  } catch (error) {
    // Another process was first: its key is the one.
    const theirs = isVersionConflict(error) ? (await registry.get<StoredKey>(SIGNING_KEY))?.value : undefined;
    if (theirs) return theirs;
    throw error;
  }
}
