/** What Kafka answers a request with that it does not carry out, by the name in its protocol; `undefined` of other errors. */
export function answeredFault(error: unknown): string | undefined {
  const { apiId, errors } = error as { readonly apiId?: string; readonly errors?: readonly unknown[] };
  return apiId ?? errors?.map(answeredFault).find((found) => found !== undefined);
}

/** The partition is led by another broker now, or is not known to all brokers yet. */
const MOVED = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_LEADER_EPOCH',
  'NOT_CONTROLLER',
  'NOT_COORDINATOR',
]);

/** It cannot be done now: a broker that starts or stops, or too few of them for what the topic asks for. */
const PASSING = new Set([
  'BROKER_NOT_AVAILABLE',
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'KAFKA_STORAGE_ERROR',
  'NETWORK_EXCEPTION',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'OFFSET_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'REQUEST_TIMED_OUT',
  'UNKNOWN_LEADER_EPOCH',
]);

const FENCED = new Set(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING', 'PRODUCER_FENCED']);

/** Whether somebody else has taken over what was written under one name. */
export const isFenced = (error: unknown): boolean => FENCED.has(answeredFault(error) ?? '');

/** Whether the topic or the partition is not there, as far as the broker knows that was asked. */
export const isUnknownTopic = (error: unknown): boolean => answeredFault(error) === 'UNKNOWN_TOPIC_OR_PARTITION';

/** Whether another broker is to be asked. */
export const isMoved = (error: unknown): boolean => MOVED.has(answeredFault(error) ?? '');

/** Whether asking again may help. */
export const isPassing = (error: unknown): boolean => PASSING.has(answeredFault(error) ?? '');

/** Runs it; that refusal says that it is done already. */
export async function unless(refusal: string, request: () => Promise<unknown>): Promise<void> {
  try {
    await request();
  } catch (error) {
    if (answeredFault(error) !== refusal) throw error;
  }
}
