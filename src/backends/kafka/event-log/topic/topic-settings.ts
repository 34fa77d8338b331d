/** Of one request: AWS's 10 MiB and what Kafka adds. */
const MAX_MESSAGE_BYTES = 2 ** 25;
const ANY_TIME = 2n ** 63n - 1n;

/** Of topics that hold logs. What is kept how long is ours to decide, by our clock, which may be years ahead of Kafka's. */
export const TOPIC_SETTINGS = Object.entries({
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'max.message.bytes': MAX_MESSAGE_BYTES,
  'message.timestamp.type': 'CreateTime',
  'message.timestamp.after.max.ms': ANY_TIME,
  'message.timestamp.before.max.ms': ANY_TIME,
  'retention.bytes': -1,
  'retention.ms': -1,
  // Trimmed entries leave the disk by whole segments.
  'segment.bytes': 2 ** 26,
  'segment.index.bytes': 2 ** 20,
  'segment.ms': ANY_TIME,
}).map(([name, value]) => ({ name, value: `${value}` }));
