// https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
// Each way to enter a cluster, against a broker that asks for it: what is right reads, what is wrong is said in AWS's words
// and goes on once it is right. The broker is the test's own.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openConsumerGroups } from '../../src/backends/kafka/consumer-group/consumer-groups.ts';
import { openKafka } from '../../src/backends/kafka/link.ts';
import type { Secret } from '../../src/core/ports/secrets.ts';
import { systemRandom } from '../../src/core/random.ts';
import { describeOn } from '../support/backends.ts';
import { type Certified, createTestAuthority } from '../support/certificates.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type SecuredKafka, startSecuredKafka, USER } from '../support/secured-kafka.ts';
import { openTestTopics, type TestTopics } from '../support/test-topics.ts';
import { failsOnBad, PROVISIONED, setUpKafka } from './kafka-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';

const IN_THE_CLEAR = { securityProtocol: 'SASL_PLAINTEXT' };
const CERTIFICATE = 'CLIENT_CERTIFICATE_TLS_AUTH';
const ROOT = 'SERVER_ROOT_CA_CERTIFICATE';

const PLAIN = 'BASIC_AUTH';
const SCRAM = 'SASL_SCRAM_512_AUTH';

const SASL = 'PROBLEM: SASL authentication failed.';
const CLIENT = 'PROBLEM: Server failed to authenticate Lambda.';
const SERVER = 'PROBLEM: Lambda failed to authenticate server.';
const INVALID = 'PROBLEM: Provided certificate or private key is invalid.';

/** Secrets by the type of setting that they are for. */
type Access = Readonly<Record<string, Secret>>;

const settingsOf = (access: Access) => ({
  SourceAccessConfigurations: Object.keys(access).map((type) => ({ Type: type, URI: type })),
});

type Mistake = readonly [what: string, at: 'login' | 'tls', problem: string, wrong: () => Access, right: () => Access];

describeOn(['kafka'], 'a cluster that asks who comes', () => {
  let kafka: SecuredKafka;
  let topics: TestTopics;
  let own: Certified;
  beforeAll(async () => {
    kafka = await startSecuredKafka();
    [topics] = await Promise.all([openTestTopics(kafka.open), kafka.allow('User:ann'), kafka.allow('User:CN=lambda')]);
    own = kafka.authority.certify('lambda');
  });
  afterAll(async () => {
    await topics?.[Symbol.asyncDispose]();
    await kafka?.[Symbol.asyncDispose]();
  });

  const rootOf = ({ certificate } = kafka.authority) => ({ [ROOT]: { certificate } });
  const pem = ({ certificate, key }: Certified) => ({
    certificate,
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });

  const login = (type: string, password: string) => ({ [type]: { ...USER, ...IN_THE_CLEAR, password } });
  const certified = (by: Certified, root = kafka.authority) => ({ [CERTIFICATE]: pem(by), ...rootOf(root) });
  const stranger = createTestAuthority('somebody else');

  /** A mapping of a topic with one record, entered at a listener as `access` says; that may change meanwhile. */
  async function map(at: string, access: Access, input: object = {}) {
    const topic = await topics.make(1);
    await topics.put(topic, 0, 'a');
    const secrets: Record<string, Secret> = { ...access };
    const made = setUpKafka({ groups: openConsumerGroups(), secrets });
    const { UUID } = await made.create({
      Topics: [topic],
      SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: [at] } },
      // Else each would have that of the fakes' chance, which is the same for all.
      SelfManagedKafkaEventSourceConfig: { ConsumerGroupId: systemRandom.uuid() },
      ...settingsOf(access),
      ...input,
    });
    return {
      ...made,
      topic,
      uuid: String(UUID),
      become: (right: Access) => Object.assign(secrets, right),
      reads: (...values: readonly string[]) =>
        expect.poll(() => made.batches().flat(), { timeout: PATIENCE_MS }).toEqual(values),
      shows: (result: string) =>
        expect.poll(async () => (await made.show(UUID))['LastProcessingResult'], { timeout: PATIENCE_MS }).toBe(result),
      async [Symbol.asyncDispose]() {
        await made.mappings.close(5000);
        await made.kafka.close();
      },
    };
  }

  test.each([PLAIN, 'SASL_SCRAM_256_AUTH', SCRAM])('is read with %s over TLS', async (type) => {
    await using mapping = await map(kafka.loginOverTls, { [type]: USER, ...rootOf() });
    await mapping.reads('a');
    await mapping.shows('OK');
  });

  test('is read with a login without TLS, where the secret says so', async () => {
    await using mapping = await map(kafka.login, login(PLAIN, USER.password));
    await mapping.reads('a');
  });

  test('is read with a client certificate, whose key may have a password', async () => {
    const privateKeyPassword = 'open';
    const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: privateKeyPassword } as const;
    const locked = { ...pem(own), privateKey: own.key.export(cipher).toString(), privateKeyPassword };
    await using openKey = await map(kafka.tls, { [CERTIFICATE]: pem(own), ...rootOf() });
    await using lockedKey = await map(kafka.tls, { [CERTIFICATE]: locked, ...rootOf() });
    await openKey.reads('a');
    await lockedKey.reads('a');
  });

  const ours = () => certified(own);
  const mistakes: readonly Mistake[] = [
    ['password', 'login', SASL, () => login(PLAIN, 'x'), () => login(PLAIN, USER.password)],
    ['password of SCRAM', 'login', SASL, () => login(SCRAM, 'x'), () => login(SCRAM, USER.password)],
    ['client certificate', 'tls', CLIENT, () => certified(stranger.certify('lambda')), ours],
    ['private key', 'tls', INVALID, () => certified({ ...own, key: stranger.certify('x').key }), ours],
    ['root certificate', 'tls', SERVER, () => certified(own, stranger), ours],
    [
      'text for a root certificate',
      'tls',
      INVALID,
      () => ({ ...certified(own), [ROOT]: { certificate: 'none' } }),
      ours,
    ],
  ];

  test.each(mistakes)(
    'says of a wrong %s at its listener %s "%s", and is read once it is right',
    async (_what, at, problem, wrong, right) => {
      await using mapping = await map(kafka[at], wrong());
      await mapping.shows(problem);
      mapping.become(right());
      await mapping.reads('a');
      await mapping.shows('OK');
    },
  );

  test.each([
    ['a client certificate', CLIENT, () => rootOf()],
    ['the root certificate', SERVER, () => ({ [CERTIFICATE]: pem(own) })],
  ])('says without %s "%s", and is read once the mapping has it', async (_what, problem, wrong) => {
    await using mapping = await map(kafka.tls, wrong());
    await mapping.shows(problem);
    mapping.become(certified(own));
    await mapping.mappings.update({ UUID: mapping.uuid, ...settingsOf(certified(own)) }, CONTEXT);
    await mapping.reads('a');
  });

  test('says of a user without rights that it does not authorize Lambda, and is read once it does', async () => {
    await using mapping = await map(kafka.tls, certified(kafka.authority.certify('guest')));
    await mapping.shows('PROBLEM: Cluster failed to authorize Lambda.');
    await kafka.allow('User:CN=guest');
    await mapping.reads('a');
    await mapping.shows('OK');
  });

  test('says of a topic that it has not that it has it not, and is read once it has', async () => {
    const topic = `test-${systemRandom.uuid()}`;
    await using mapping = await map(kafka.login, login(SCRAM, USER.password), { Topics: [topic] });
    await mapping.shows('PROBLEM: This server does not host this topic-partition.');
    await topics.make(1, topic);
    await topics.put(topic, 0, 'late');
    await mapping.reads('late');
    await mapping.shows('OK');
  });

  test('is entered in the same way by what failed on its way to a topic there', async () => {
    const failed = await topics.make(1);
    await using mapping = await map(
      kafka.loginOverTls,
      { [SCRAM]: USER, ...rootOf() },
      {
        ...PROVISIONED,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: `kafka://${failed}` } },
      },
    );
    mapping.answer.handler = failsOnBad;
    await mapping.reads('a');
    await topics.put(mapping.topic, 0, 'bad');
    const high = async () => (await topics.admin.fetchTopicOffsets(failed))[0]?.high;
    await expect.poll(high, { timeout: PATIENCE_MS }).toBe('1');
  });

  test.each(['login', 'tls'] as const)('is refused as a place for streams, by its listener %s', async (at) => {
    const options = { brokers: [kafka[at]], namespace: 'test', deadlineMs: 0, told: () => {} };
    await expect(openKafka(options)).rejects.toThrow(/does not answer \(.*TLS or a login.*\)/);
  });
});
