import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { bits, der, identifier, integer, sequence, set, text, time } from '../../connectors/sns/envelope/der.ts';

/** A certificate and its key, as PEM. */
export interface Certified {
  readonly certificate: string;
  readonly key: KeyObject;
}

/** An authority of a test's own. */
export interface TestAuthority {
  readonly certificate: string;
  /** Certifies a new key, for a server on this machine or a client. */
  certify(commonName: string): Certified;
}

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'));
const COMMON_NAME = identifier('550403');
const VALIDITY = sequence(time('20200101000000Z'), time('20991231235959Z'));
const VERSION_3 = der(0xa0, integer(Buffer.from([2])));
/** Says that it is an authority. */
const AUTHORITY = sequence(identifier('551d13'), der(0x04, sequence(der(0x01, Buffer.from([0xff])))));
/** Says which hosts it is of: 127.0.0.1 and localhost. */
const THIS_MACHINE = sequence(
  identifier('551d11'),
  der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')))),
);

/** Makes an authority and its certificate, which it has signed itself. */
export function createTestAuthority(commonName: string): TestAuthority {
  const key = newKey();
  const issue = (subject: string, of: KeyObject, extension: Uint8Array) =>
    signed({ issuer: commonName, subject, extension }, of, key);
  return {
    certificate: issue(commonName, key, AUTHORITY),
    certify(subject) {
      const own = newKey();
      return { certificate: issue(subject, own, THIS_MACHINE), key: own };
    },
  };
}

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

interface Content {
  readonly issuer: string;
  readonly subject: string;
  readonly extension: Uint8Array;
}

/** An X.509 certificate, version 3 (RFC 5280). */
function signed({ issuer, subject, extension }: Content, key: KeyObject, by: KeyObject): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  // Its first bit says that it is positive.
  const serial = integer(Buffer.concat([Buffer.from([1]), randomBytes(8)]));
  const extensions = der(0xa3, sequence(extension));
  const parts = [serial, ECDSA_WITH_SHA256, nameOf(issuer), VALIDITY, nameOf(subject), publicKey, extensions];
  const content = sequence(VERSION_3, ...parts);
  const certificate = sequence(content, ECDSA_WITH_SHA256, bits(sign('sha256', content, by)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const nameOf = (commonName: string) => sequence(set(sequence(COMMON_NAME, text(commonName))));
