import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { bits, identifier, integer, nothing, sequence, set, text, time } from './der.ts';

const SHA256_WITH_RSA = sequence(identifier('2a864886f70d01010b'), nothing());
const COMMON_NAME = identifier('550403');
/** It is ours alone and nobody renews it. */
const VALID_FROM = '20200101000000Z';
const VALID_UNTIL = '20991231235959Z';

/** A self-signed X.509 certificate (RFC 5280, version 1) for the key, in PEM. */
export function selfSignedCertificate(privateKey: KeyObject, commonName: string, serial: Uint8Array): string {
  const name = sequence(set(sequence(COMMON_NAME, text(commonName))));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const validity = sequence(time(VALID_FROM), time(VALID_UNTIL));
  const content = sequence(integer(serial), SHA256_WITH_RSA, name, validity, name, publicKey);
  const signature = sign('sha256', content, privateKey);
  const certificate = sequence(content, SHA256_WITH_RSA, bits(signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
