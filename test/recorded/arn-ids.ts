import type { Answer } from './clients.ts';
import { isShape } from './query-client.ts';
import type { Value } from './scenario.ts';

/** The ids at the end of ARNs, as of subscriptions and connections, that earlier answers gave. */
export interface ArnIds {
  learn(answer: Answer): void;
  /** The text with the id of the one that was made at that place among those of its kind and name; by default the last. */
  fill(text: string, index?: number): string;
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ENDS_IN_ID = new RegExp(`^(arn:aws:[^\\s]+[:/])${UUID}$`);

/** @param unknown what stands in a text for an id that is not known */
export function createArnIds(unknown: string): ArnIds {
  const known = new Map<string, string[]>();
  const learn = (value: Value): void => {
    if (typeof value === 'string') {
      const prefix = ENDS_IN_ID.exec(value)?.[1];
      if (prefix === undefined) return;
      const arns = known.get(prefix) ?? [];
      known.set(prefix, arns);
      if (!arns.includes(value)) arns.push(value);
    } else if (Array.isArray(value)) value.forEach(learn);
    else if (isShape(value)) Object.values(value).forEach(learn);
  };
  return {
    learn,
    fill(text, index = -1) {
      const arns = text.endsWith(unknown) ? known.get(text.slice(0, -unknown.length)) : undefined;
      return arns?.at(index) ?? text;
    },
  };
}
