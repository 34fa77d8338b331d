import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alterUserScramCredentialsV0, Connection, ScramMechanisms } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import type { BrokerExtras, Listener } from '../../scripts/backends/kafka-settings.ts';
import { endProgramIn, freePort } from '../../scripts/backends/native/child.ts';
import { startKafka } from '../../scripts/backends/native/kafka.ts';
import { type Certified, createTestAuthority, type TestAuthority } from './certificates.ts';

/** A user of the broker and the password. */
export const USER = { username: 'ann', password: 'river, "deep"' };

/** A broker of a test's own that asks who comes. Who comes without being asked may do all; others what lists say. */
export interface SecuredKafka extends AsyncDisposable {
  /** Asks for nothing. */
  readonly open: string;
  /** Asks for user and password, in the clear. */
  readonly login: string;
  /** Asks for them over TLS. */
  readonly loginOverTls: string;
  /** Asks for a certificate of its authority. */
  readonly tls: string;
  readonly authority: TestAuthority;
  /** Allows a principal what Lambda needs on topics whose names begin with `test-`, and to write there. */
  allow(principal: string): Promise<void>;
}

const MECHANISMS = {
  PLAIN: `org.apache.kafka.common.security.plain.PlainLoginModule required user_${USER.username}=${quoted(USER.password)};`,
  'SCRAM-SHA-256': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
  'SCRAM-SHA-512': 'org.apache.kafka.common.security.scram.ScramLoginModule required;',
};

/** Starts it; its certificates are made for it. Disposing ends it and leaves nothing. */
export async function startSecuredKafka(): Promise<SecuredKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-kafka-'));
  const authority = createTestAuthority('Headwater tests');
  const login: Listener = { name: 'LOGIN', protocol: 'SASL_PLAINTEXT', port: await freePort() };
  const loginOverTls: Listener = { name: 'LOGINTLS', protocol: 'SASL_SSL', port: await freePort() };
  const tls: Listener = { name: 'TLS', protocol: 'SSL', port: await freePort() };
  const settings = {
    ...storeSettings(authority, authority.certify('broker')),
    ...mechanismSettings([login, loginOverTls]),
    'listener.name.tls.ssl.client.auth': 'required',
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  };
  const extras: BrokerExtras = { listeners: [login, loginOverTls, tls], settings };
  const end = async () => {
    await endProgramIn(folder);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { url } = await startKafka(folder, undefined, undefined, extras);
    await addUser(url);
    const at = ({ port }: Listener) => `127.0.0.1:${port}`;
    return {
      ...{ open: url, login: at(login), loginOverTls: at(loginOverTls), tls: at(tls), authority },
      allow: (principal) => allow(url, principal),
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Quotes are the file's and the module's: each has a way to write them of its own. */
function quoted(password: string): string {
  return `"${password.replaceAll('"', '\\\\"')}"`;
}

function storeSettings(authority: TestAuthority, { certificate, key }: Certified): Readonly<Record<string, string>> {
  const inOneLine = (pem: string | Buffer) => pem.toString().replaceAll('\n', '\\n');
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': inOneLine(certificate),
    'ssl.keystore.key': inOneLine(key.export({ type: 'pkcs8', format: 'pem' })),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': inOneLine(authority.certificate),
  };
}

function mechanismSettings(listeners: readonly Listener[]): Readonly<Record<string, string>> {
  const ofListeners = listeners.flatMap(({ name }) => {
    const prefix = `listener.name.${name.toLowerCase()}`;
    const modules = Object.entries(MECHANISMS).map(([mechanism, module]) => [
      `${prefix}.${mechanism.toLowerCase()}.sasl.jaas.config`,
      module,
    ]);
    return [[`${prefix}.sasl.enabled.mechanisms`, Object.keys(MECHANISMS).join(',')], ...modules];
  });
  return Object.fromEntries(ofListeners) as Record<string, string>;
}

/** Users of SCRAM are known to the cluster, not to its settings. */
async function addUser(url: string): Promise<void> {
  const connection = new Connection('tests');
  const [host = '', port] = url.split(':');
  await connection.connect(host, Number(port));
  const { SCRAM_SHA_256, SCRAM_SHA_512 } = ScramMechanisms;
  // One request for each, as a user is altered once in a request.
  await alterUserScramCredentialsV0.api.async(connection, [], [credential(SCRAM_SHA_256, 'sha256', 32)]);
  await alterUserScramCredentialsV0.api.async(connection, [], [credential(SCRAM_SHA_512, 'sha512', 64)]);
  await connection.close();
}

function credential(mechanism: number, digest: string, bytes: number) {
  const [salt, iterations] = [randomBytes(16), 4096];
  const saltedPassword = pbkdf2Sync(USER.password, salt, iterations, bytes, digest);
  return { name: USER.username, mechanism, iterations, salt, saltedPassword };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html, and writing for where failures go */
async function allow(url: string, principal: string): Promise<void> {
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs;
  const { DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE } = AclOperationTypes;
  const cluster = { resourceType: AclResourceTypes.CLUSTER, resourceName: 'kafka-cluster' };
  const groups = { resourceType: AclResourceTypes.GROUP, resourceName: '*' };
  const topics = { resourceType: AclResourceTypes.TOPIC, resourceName: 'test-' };
  const literal = { resourcePatternType: ResourcePatternTypes.LITERAL };
  const prefixed = { resourcePatternType: ResourcePatternTypes.PREFIXED };
  const rights = [
    { ...cluster, ...literal, operation: DESCRIBE_CONFIGS },
    ...[DESCRIBE, READ].map((operation) => ({ ...groups, ...literal, operation })),
    ...[DESCRIBE, READ, WRITE].map((operation) => ({ ...topics, ...prefixed, operation })),
  ];
  const admin = new Kafka({ brokers: [url], logLevel: logLevel.NOTHING }).admin();
  const permissionType = AclPermissionTypes.ALLOW;
  await admin.createAcls({ acl: rights.map((right) => ({ ...right, principal, host: '*', permissionType })) });
  await admin.disconnect();
}
