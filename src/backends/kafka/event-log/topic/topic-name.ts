import { createHash } from 'node:crypto';

// https://github.com/apache/kafka/blob/4.1.0/clients/src/main/java/org/apache/kafka/common/internals/Topic.java
const MAX_CHARACTERS = 249;
const ID_CHARACTERS = 16;

/**
 * The topic of a log: words for people, then what tells it from all others, an earlier log of the same name included. Kafka takes
 * names that differ only in `.` and `_` for the same, so that neither is used.
 * @param words say whose it is and what it holds
 * @param once belongs to this log alone
 */
export function topicName(words: readonly string[], once: string): string {
  const id = createHash('sha256')
    .update(JSON.stringify([...words, once]))
    .digest('hex')
    .slice(0, ID_CHARACTERS);
  const readable = words.join('-').replace(/[^a-zA-Z0-9]+/g, '-');
  return `${readable.slice(0, MAX_CHARACTERS - ID_CHARACTERS - 1)}-${id}`;
}
