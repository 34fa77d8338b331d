import type { Answer } from './clients.ts';
import { isShape } from './query-client.ts';
import type { Value } from './scenario.ts';

/** The ids at the end of ARNs, as of subscriptions and connections, that earlier answers gave. */
export interface ArnIds {
  learn(answer: Answer): void;
  /** The text with the id of the last one that was made of that kind and name. */
  fill(text: string): string;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ENDS_IN_ID = new RegExp(`^(arn:aws:[^\\s]+[:/])${UUID}$`);

/** @param unknown what stands in a text for an id that is not known */
export function createArnIds(unknown: string): ArnIds {
  const known = new Set<string>();
  const lastOf = new Map<string, string>();
  const learn = (value: Value): void => {
    if (typeof value === 'string') {
      const prefix = ENDS_IN_ID.exec(value)?.[1];
      if (prefix === undefined || known.has(value)) return;
      known.add(value);
      lastOf.set(prefix, value);
    } else if (Array.isArray(value)) value.forEach(learn);
    else if (isShape(value)) Object.values(value).forEach(learn);
  };
  return {
    learn,
    fill: (text) => (text.endsWith(unknown) ? (lastOf.get(text.slice(0, -unknown.length)) ?? text) : text),
  };
}
