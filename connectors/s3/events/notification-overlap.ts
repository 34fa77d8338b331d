import { invalidArgument } from '../errors.ts';
import type { Rule } from './notification-configuration.ts';
import { expandEventType } from './notification-events.ts';

/**
 * Refuses rules of which two could fire for one event of one key: a shared event type, with prefixes of which one begins
 * the other and suffixes of which one ends the other (docs: notification-how-to-filtering.html).
 */
export function checkOverlap(rules: readonly Rule[]): void {
  rules.forEach((rule, at) => {
    for (const other of rules.slice(at + 1)) {
      const shared = sharedEvents(rule, other);
      if (shared && overlaps(rule, other)) throw conflict(rule, other, shared);
    }
  });
}

function sharedEvents(a: Rule, b: Rule): readonly [string, string] | undefined {
  for (const type of a.events) {
    for (const other of b.events) {
      const names = new Set(expandEventType(other));
      if (expandEventType(type)?.some((name) => names.has(name))) return [type, other];
    }
  }
  return undefined;
}

const overlaps = (a: Rule, b: Rule) =>
  (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
  (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));

function conflict(a: Rule, b: Rule, types: readonly [string, string]) {
  if (a.hasFilter || b.hasFilter) {
    return invalidArgument(
      'Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.',
    );
  }
  return invalidArgument(
    'Configurations overlap. Configurations on the same bucket cannot share a common event type.',
    { ArgumentName: 'Event', ArgumentValue: types.join(', ') },
  );
}
