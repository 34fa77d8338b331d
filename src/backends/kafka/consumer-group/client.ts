import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import type { Kafka, SASLOptions } from 'kafkajs';
import { SECOND } from '../../../core/clock.ts';
import type { Cluster, ClusterTls } from '../../../core/ports/consumer-group.ts';
import { CODECS } from './codecs.ts';

/** How a request that failed is tried again before anybody hears of it; what goes on for longer is the caller's affair. */
export const BRIEF_RETRY = { initialRetryTime: 50, maxRetryTime: SECOND, retries: 2 };

/** A client of a cluster; it connects on first use. */
export async function clientOf({ brokers, tls, sasl }: Cluster): Promise<Kafka> {
  const { Kafka, logLevel, CompressionCodecs, CompressionTypes } = (await import('kafkajs')).default;
  for (const type of Object.keys(CODECS) as (keyof typeof CODECS)[]) {
    CompressionCodecs[CompressionTypes[type]] = () => CODECS[type];
  }
  return new Kafka({
    clientId: 'headwater',
    brokers: [...brokers],
    ...(tls ? { ssl: connectionOptions(tls) } : {}),
    ...(sasl ? { sasl: sasl as SASLOptions } : {}),
    connectionTimeout: 3 * SECOND,
    authenticationTimeout: 5 * SECOND,
    requestTimeout: 5 * SECOND,
    retry: BRIEF_RETRY,
    // Whatever goes wrong comes back as an error, and is told there.
    logLevel: logLevel.NOTHING,
  });
}

function connectionOptions({ rootCertificate, certificate, privateKey, privateKeyPassword }: ClusterTls) {
  const options: ConnectionOptions = {
    ...(rootCertificate === undefined ? {} : { ca: rootCertificate }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(privateKey === undefined ? {} : { key: privateKey }),
    ...(privateKeyPassword === undefined ? {} : { passphrase: privateKeyPassword }),
  };
  // Says at once, and in its own words, that a certificate or a key is none.
  createSecureContext(options);
  // That alone takes any text for a root certificate, and then trusts nobody.
  if (rootCertificate !== undefined) new X509Certificate(rootCertificate);
  return options;
}
