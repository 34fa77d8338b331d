import type { SourceAccess } from '../../src/core/kafka/topic-source.ts';
import type { Cluster, ClusterLogin, ClusterTls } from '../../src/core/ports/consumer-group.ts';
import type { Secret, Secrets } from '../../src/core/ports/secrets.ts';

/** How a cluster is entered, without its brokers. */
export type ClusterAccess = Omit<Cluster, 'brokers'>;

/** What access settings come to: a way in, or why there is none. */
export type AccessAnswer =
  | { readonly kind: 'access'; readonly access: ClusterAccess }
  | { readonly kind: 'objection'; readonly why: string };

const MECHANISMS: Readonly<Record<string, ClusterLogin['mechanism'] | undefined>> = {
  BASIC_AUTH: 'plain',
  SASL_SCRAM_256_AUTH: 'scram-sha-256',
  SASL_SCRAM_512_AUTH: 'scram-sha-512',
};
const LOGINS = new Set([...Object.keys(MECHANISMS), 'CLIENT_CERTIFICATE_TLS_AUTH']);
const ROOT = 'SERVER_ROOT_CA_CERTIFICATE';
const IN_THE_CLEAR = 'SASL_PLAINTEXT';
const PROTOCOLS: ReadonlySet<string | undefined> = new Set([undefined, 'SASL_SSL', IN_THE_CLEAR]);
/** Where in AWS's network Lambda stands; here everything is on one machine. */
const NETWORK = new Set(['VPC_SUBNET', 'VPC_SECURITY_GROUP']);

/**
 * Finds the secrets of access settings. Lambda demands TLS of whoever logs in; a broker on the user's own machine mostly
 * has none, so a secret may say `"securityProtocol": "SASL_PLAINTEXT"`, which AWS does not know.
 * https://docs.aws.amazon.com/lambda/latest/dg/kafka-cluster-auth.html
 */
export async function readAccess(settings: readonly SourceAccess[], secrets: Secrets): Promise<AccessAnswer> {
  const unknown = settings.find(({ type }) => !isKnown(type));
  if (unknown) return objection(`Headwater does not offer ${unknown.type} to enter a Kafka cluster.`);
  const logins = settings.filter(({ type }) => LOGINS.has(type));
  if (logins.length > 1) return objection(`Only one of ${logins.map(({ type }) => type).join(', ')} can be used.`);
  const found = await secretsOf(settings, secrets);
  if (typeof found === 'string') return objection(found);
  if (found.has(ROOT) && isInTheClear(loginOf(found))) {
    return objection(`A login whose secret says ${IN_THE_CLEAR} has no use for ${ROOT}; leave one of them out.`);
  }
  return { kind: 'access', access: accessOf(found) };
}

const isKnown = (type: string) => LOGINS.has(type) || NETWORK.has(type) || type === ROOT;

/** The secrets by the type of setting that needs them, or what is wrong with one. */
async function secretsOf(
  settings: readonly SourceAccess[],
  secrets: Secrets,
): Promise<ReadonlyMap<string, Secret> | string> {
  const found = new Map<string, Secret>();
  for (const { type, uri } of settings) {
    if (NETWORK.has(type)) continue;
    const secret = await secrets.find(uri);
    if (!secret) return `There is no secret ${uri}; put it into ${secrets.place}.`;
    const missing = membersOf(type).find((member) => secret[member] === undefined);
    if (missing) return `The secret ${uri} has no "${missing}", which ${type} needs.`;
    if (MECHANISMS[type] && !PROTOCOLS.has(secret['securityProtocol'])) {
      return `The "securityProtocol" of the secret ${uri} has to be SASL_SSL, as it is without one, or ${IN_THE_CLEAR}.`;
    }
    found.set(type, secret);
  }
  return found;
}

function membersOf(type: string): readonly string[] {
  if (MECHANISMS[type]) return ['username', 'password'];
  return type === 'CLIENT_CERTIFICATE_TLS_AUTH' ? ['certificate', 'privateKey'] : ['certificate'];
}

function accessOf(found: ReadonlyMap<string, Secret>): ClusterAccess {
  const [type, login] = loginOf(found);
  const mechanism = MECHANISMS[type ?? ''];
  return {
    tls: found.size > 0 && !isInTheClear(loginOf(found)) ? tlsOf(found) : undefined,
    sasl: mechanism && {
      mechanism,
      username: login?.['username'] ?? '',
      password: login?.['password'] ?? '',
    },
  };
}

type Login = readonly [type: string, secret: Secret] | readonly [];

const loginOf = (found: ReadonlyMap<string, Secret>): Login => [...found].find(([type]) => MECHANISMS[type]) ?? [];

const isInTheClear = ([, secret]: Login) => secret?.['securityProtocol'] === IN_THE_CLEAR;

function tlsOf(found: ReadonlyMap<string, Secret>): ClusterTls {
  const own = found.get('CLIENT_CERTIFICATE_TLS_AUTH');
  return {
    rootCertificate: found.get(ROOT)?.['certificate'],
    certificate: own?.['certificate'],
    privateKey: own?.['privateKey'],
    privateKeyPassword: own?.['privateKeyPassword'],
  };
}

const objection = (why: string): AccessAnswer => ({ kind: 'objection', why });
