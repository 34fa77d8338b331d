import { ClusterFault, type ClusterFaultKind } from '../../src/core/ports/consumer-group.ts';

/**
 * What `LastProcessingResult` says, in AWS's words where they are known.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kafka-troubleshoot.html
 */
const PROBLEMS: Readonly<Record<Exclude<ClusterFaultKind, 'not-supported'>, string>> = {
  unreachable: 'Connection error. Please check your event source connection configuration.',
  'login-refused': 'SASL authentication failed.',
  'not-authorized': 'Cluster failed to authorize Lambda.',
  'client-not-trusted': 'Server failed to authenticate Lambda.',
  'broker-not-trusted': 'Lambda failed to authenticate server.',
  'certificate-not-valid': 'Provided certificate or private key is invalid.',
  // Kafka's own words.
  'no-topic': 'This server does not host this topic-partition.',
};

/** An error as `LastProcessingResult` words it. */
export function problemOf(error: unknown): string {
  if (error instanceof ClusterFault && error.kind !== 'not-supported') return `PROBLEM: ${PROBLEMS[error.kind]}`;
  return `PROBLEM: ${error instanceof Error ? error.message : String(error)}`;
}
