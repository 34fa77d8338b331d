import type { LosslessJson } from '../../json/lossless-json.ts';
import type { FieldPattern, LeavesPattern, ObjectPattern } from '../compiler.ts';
import type { EventPattern } from '../event-pattern.ts';
import { withoutJoinedNames } from '../joined-names.ts';
import { matchesObject } from '../match-object.ts';
import type { LeafKey } from './leaf-key.ts';
import { type Lookup, pathLookup } from './path-lookup.ts';

/** Many patterns, of which an event meets only those that it can match. */
export interface PatternIndex<T> {
  /** How many patterns there are. */
  readonly size: number;
  /** Adds a pattern under an id of the caller's, in place of the one that has it. */
  add(id: string, pattern: EventPattern, value: T): void;
  /** Nothing happens when there is none of that id. */
  remove(id: string): void;
  /** The values of the patterns that match, in the order in which they were added. */
  match(event: LosslessJson): readonly T[];
}

interface Entry<T> {
  readonly order: number;
  readonly value: T;
  /** Takes the entry out of the lookup. */
  readonly leave: readonly (() => void)[];
  /** The last turn of matching in which it did. */
  matchedIn: number;
}

/** One of a pattern's alternatives: it matches, then the pattern does. */
interface Candidate<T> {
  readonly entry: Entry<T>;
  readonly pattern: ObjectPattern;
  /** The last turn in which it was tried: an event may meet it several times. */
  triedIn: number;
}

/**
 * Each alternative waits at one field that it needs: under the values that it takes there when these are few, else under
 * the field's mere presence. An event looks up its own fields and tries only what waits there, so rules that cannot match
 * cost nothing.
 */
export function createPatternIndex<T>(): PatternIndex<T> {
  const entries = new Map<string, Entry<T>>();
  const lookup = pathLookup<Candidate<T>>();
  let added = 0;
  let turn = 0;
  const remove = (id: string): void => {
    for (const leave of entries.get(id)?.leave ?? []) leave();
    entries.delete(id);
  };
  return {
    get size() {
      return entries.size;
    },
    add: (id, pattern, value) => {
      remove(id);
      const leave: (() => void)[] = [];
      const entry: Entry<T> = { order: added++, value, leave, matchedIn: 0 };
      for (const alternative of pattern.alternatives) {
        leave.push(place(lookup, { entry, pattern: alternative, triedIn: 0 }));
      }
      entries.set(id, entry);
    },
    remove,
    match: (data) => {
      const event = withoutJoinedNames(data);
      const matching: Entry<T>[] = [];
      turn++;
      lookup.visit(event, (candidate) => {
        const { entry, pattern } = candidate;
        if (candidate.triedIn === turn || entry.matchedIn === turn) return;
        candidate.triedIn = turn;
        if (!matchesObject(pattern, event)) return;
        entry.matchedIn = turn;
        matching.push(entry);
      });
      return matching.sort((a, b) => a.order - b.order).map(({ value }) => value);
    },
  };
}

/** A field that an event must have for a pattern to match. */
interface NeededField {
  readonly path: readonly string[];
  readonly keys: readonly LeafKey[] | undefined;
}

/** Puts the candidate where the fewest wait already. */
function place<T>(lookup: Lookup<Candidate<T>>, candidate: Candidate<T>): () => void {
  const fields = neededFields(candidate.pattern, []);
  let best: NeededField | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const field of fields) {
    const waiting = lookup.waiting(field.path, field.keys);
    if (waiting < fewest) [best, fewest] = [field, waiting];
  }
  return lookup.add(best?.path ?? [], best?.keys, candidate);
}

function neededFields(pattern: FieldPattern, path: readonly string[]): readonly NeededField[] {
  if (pattern.kind === 'fields') {
    return pattern.fields.flatMap((field) => neededFields(field.pattern, [...path, field.name]));
  }
  return needsLeaf(pattern) ? [{ path, keys: pattern.keys }] : [];
}

const needsLeaf = ({ absent }: LeavesPattern): boolean => !absent;
