import { ClusterFault, type ClusterFaultKind } from '../../../core/ports/consumer-group.ts';

/** What errors of the client, and of what lies beneath it, may tell of themselves. */
interface Told {
  readonly name?: string;
  readonly message?: string;
  /** Of an answer of Kafka's: its error's name. */
  readonly type?: string;
  readonly retriable?: boolean;
  /** Of a socket or of TLS. */
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** What went wrong, in the port's words. The client wraps errors in others; the innermost that says something counts. */
export function clusterFault(brokers: readonly string[], error: unknown): ClusterFault {
  if (error instanceof ClusterFault) return error;
  const chain = causes(error);
  const kinds = chain.flatMap((each) => kindOf(each) ?? []);
  const why = chain.at(-1)?.message ?? String(error);
  return new ClusterFault(kinds.at(-1) ?? 'unreachable', brokers, why, { cause: error });
}

/**
 * Whether the cluster itself answered that it cannot do it just now: while a coordinator loads its groups, or after a broker
 * has moved. What is over when it is tried again is no outage.
 */
export const isBrief = (error: unknown): boolean =>
  causes(error).some((each) => each.retriable === true && each.type !== undefined && kindOf(each) === undefined);

function causes(error: unknown): readonly Told[] {
  const chain: Told[] = [];
  for (let each = error; typeof each === 'object' && each !== null && chain.length < 10; each = (each as Told).cause) {
    chain.push(each as Told);
  }
  return chain;
}

function kindOf({ name, type, code }: Told): ClusterFaultKind | undefined {
  return kindOfAnswer(name, type) ?? (typeof code === 'string' ? kindOfCode(code) : undefined);
}

function kindOfAnswer(name: string | undefined, type: string | undefined): ClusterFaultKind | undefined {
  if (name === 'KafkaJSSASLAuthenticationError') return 'login-refused';
  if (name === 'KafkaJSNotImplemented') return 'not-supported';
  switch (type) {
    case 'SASL_AUTHENTICATION_FAILED':
    case 'UNSUPPORTED_SASL_MECHANISM':
    case 'ILLEGAL_SASL_STATE':
      return 'login-refused';
    case 'TOPIC_AUTHORIZATION_FAILED':
    case 'GROUP_AUTHORIZATION_FAILED':
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return 'not-authorized';
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'INVALID_TOPIC_EXCEPTION':
      return 'no-topic';
    default:
      return undefined;
  }
}

/** https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes */
function kindOfCode(code: string): ClusterFaultKind | undefined {
  if (/^ERR_OSSL_|^ERR_CRYPTO_|^ERR_TLS_INVALID_/.test(code)) return 'certificate-not-valid';
  if (/^ERR_SSL_.*ALERT/.test(code)) return 'client-not-trusted';
  if (/CERT|UNABLE_TO_VERIFY|^HOSTNAME_MISMATCH$|^ERR_SSL_/.test(code)) return 'broker-not-trusted';
  return undefined;
}
