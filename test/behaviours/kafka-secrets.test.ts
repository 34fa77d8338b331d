// https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
// Mappings name secrets; they stand in a file of the user's, in the form that Secrets Manager would hold them in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readAccess } from '../../connectors/kafka/access.ts';
import { problemOf } from '../../connectors/kafka/problem.ts';
import { clusterFault } from '../../src/backends/kafka/consumer-group/cluster-fault.ts';
import { createFileSecrets } from '../../src/composition/file-secrets.ts';
import { decideSettings } from '../../src/config.ts';
import type { Secrets } from '../../src/core/ports/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'headwater-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'secrets.json');

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:broker-AbCdEf';
const LOGIN = { username: 'alice', password: 'x' };

describe('a file of secrets', () => {
  test('has secrets by name, by ARN, and by an ARN with the suffix that Secrets Manager adds', async () => {
    writeFileSync(path, JSON.stringify({ broker: LOGIN, [`${ARN}2`]: { username: 'bob' } }));
    const secrets = createFileSecrets(path);
    expect(await secrets.find('broker')).toEqual(LOGIN);
    expect(await secrets.find(ARN)).toEqual(LOGIN);
    expect(await secrets.find(`${ARN}2`)).toEqual({ username: 'bob' });
    expect(await secrets.find('other')).toBeUndefined();
  });

  test('is read anew, so that a password can be changed', async () => {
    const secrets = createFileSecrets(path);
    writeFileSync(path, JSON.stringify({ broker: LOGIN }));
    await secrets.find('broker');
    writeFileSync(path, JSON.stringify({ broker: { ...LOGIN, password: 'y' } }));
    expect(await secrets.find('broker')).toMatchObject({ password: 'y' });
  });

  test.each(['[]', '{"broker":"alice:x"}', '{"broker":{"password":1}}', '{"broker": alice'])(
    'that holds %s is refused, and nothing of it is quoted',
    async (text) => {
      writeFileSync(path, text);
      const refused = createFileSecrets(path).find('broker');
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_CONFIG', fault: 'user' });
      await expect(refused).rejects.not.toThrow(/alice/);
    },
  );

  test('that is not there is said to be so; without one there are no secrets', async () => {
    await expect(createFileSecrets(join(folder, 'none')).find('broker')).rejects.toThrow(/cannot be read/);
    expect(await createFileSecrets(undefined).find('broker')).toBeUndefined();
  });
});

describe('access settings', () => {
  const secrets = (all: Readonly<Record<string, Readonly<Record<string, string>>>>): Secrets => ({
    place: 'secrets.json',
    find: async (name) => all[name],
  });

  test.each([
    ['BASIC_AUTH', 'plain'],
    ['SASL_SCRAM_256_AUTH', 'scram-sha-256'],
    ['SASL_SCRAM_512_AUTH', 'scram-sha-512'],
  ])('%s logs in with %s over TLS', async (type, mechanism) => {
    expect(await readAccess([{ type, uri: 's' }], secrets({ s: LOGIN }))).toEqual({
      kind: 'access',
      access: { tls: {}, sasl: { mechanism, ...LOGIN } },
    });
  });

  test('log in without TLS only where the secret says so', async () => {
    const local = { ...LOGIN, securityProtocol: 'SASL_PLAINTEXT' };
    const answer = await readAccess([{ type: 'BASIC_AUTH', uri: 's' }], secrets({ s: local }));
    expect(answer).toMatchObject({ access: { tls: undefined, sasl: { mechanism: 'plain' } } });
  });

  test('are refused whose secret asks for a protocol that is none, or for no TLS beside a root certificate', async () => {
    const settings = [
      { type: 'BASIC_AUTH', uri: 's' },
      { type: 'SERVER_ROOT_CA_CERTIFICATE', uri: 'root' },
    ];
    const answerTo = (securityProtocol: string) =>
      readAccess(settings, secrets({ s: { ...LOGIN, securityProtocol }, root: { certificate: 'R' } }));
    expect(await answerTo('PLAINTEXT')).toMatchObject({ why: expect.stringContaining('has to be SASL_SSL') });
    expect(await answerTo('SASL_PLAINTEXT')).toMatchObject({ why: expect.stringContaining('leave one of them out') });
    expect(await answerTo('SASL_SSL')).toMatchObject({ access: { tls: { rootCertificate: 'R' } } });
  });

  test('bring certificates', async () => {
    const settings = [
      { type: 'CLIENT_CERTIFICATE_TLS_AUTH', uri: 'own' },
      { type: 'SERVER_ROOT_CA_CERTIFICATE', uri: 'root' },
    ];
    const held = secrets({
      own: { certificate: 'C', privateKey: 'K', privateKeyPassword: 'P' },
      root: { certificate: 'R' },
    });
    expect(await readAccess(settings, held)).toEqual({
      kind: 'access',
      access: { tls: { rootCertificate: 'R', certificate: 'C', privateKey: 'K', privateKeyPassword: 'P' } },
    });
  });

  test('of the network alone mean a connection without TLS', async () => {
    const settings = [
      { type: 'VPC_SUBNET', uri: 'subnet:subnet-1' },
      { type: 'VPC_SECURITY_GROUP', uri: 'security_group:sg-1' },
    ];
    expect(await readAccess(settings, secrets({}))).toEqual({ kind: 'access', access: {} });
  });

  test('with two logins are refused', async () => {
    const settings = ['BASIC_AUTH', 'SASL_SCRAM_512_AUTH'].map((type) => ({ type, uri: 's' }));
    expect(await readAccess(settings, secrets({ s: LOGIN }))).toMatchObject({ kind: 'objection' });
  });
});

// README.md, "Real backends": streams are kept where nobody is asked who comes.
test('a login at the place for streams is refused, and not repeated', () => {
  const refusal = (kafka: string) => () => decideSettings({ kafka });
  expect(refusal('sasl_ssl://ann:x1y2@127.0.0.1:9092')).toThrow(/^(?!.*x1y2).* without TLS and login/);
  expect(refusal('127.0.0.1')).toThrow(/without TLS and login, .*; got "127.0.0.1"/);
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
describe('LastProcessingResult', () => {
  const caused = (cause: object) =>
    Object.assign(new Error('outer'), { name: 'KafkaJSNumberOfRetriesExceeded', cause });

  test.each([
    [{ name: 'KafkaJSSASLAuthenticationError' }, 'PROBLEM: SASL authentication failed.'],
    [{ type: 'ILLEGAL_SASL_STATE' }, 'PROBLEM: SASL authentication failed.'],
    [{ type: 'GROUP_AUTHORIZATION_FAILED' }, 'PROBLEM: Cluster failed to authorize Lambda.'],
    [{ code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE' }, 'PROBLEM: Server failed to authenticate Lambda.'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'PROBLEM: Lambda failed to authenticate server.'],
    [{ code: 'ERR_OSSL_UNSUPPORTED' }, 'PROBLEM: Provided certificate or private key is invalid.'],
    [{ type: 'UNKNOWN_TOPIC_OR_PARTITION' }, 'PROBLEM: This server does not host this topic-partition.'],
    [{ code: 'ECONNREFUSED' }, 'PROBLEM: Connection error. Please check your event source connection configuration.'],
  ])('words %o as AWS does', (cause, problem) => {
    expect(problemOf(clusterFault(['broker:9092'], caused(cause)))).toBe(problem);
  });

  test('says what is not supported', () => {
    const fault = clusterFault(['broker:9092'], caused({ name: 'KafkaJSNotImplemented', message: 'no Snappy' }));
    expect(problemOf(fault)).toBe('PROBLEM: Kafka at broker:9092 cannot be used: no Snappy');
  });
});
