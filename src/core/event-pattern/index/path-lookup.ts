import type { LosslessJson } from '../../json/lossless-json.ts';
import { type LeafKey, otherName } from './leaf-key.ts';

/** Things that wait at a field of events: for some of its values, or for any. At no field they meet every event. */
export interface Lookup<T> {
  /** Adds it and returns how to take it away. */
  add(path: readonly string[], keys: readonly LeafKey[] | undefined, what: T): () => void;
  /** How many an event with one of these values would meet there; for the choice among fields. */
  waiting(path: readonly string[], keys: readonly LeafKey[] | undefined): number;
  /** Meets, once or several times, everything that waits for something the event has. */
  visit(event: LosslessJson, meet: (what: T) => void): void;
}

/** What waits at one field. */
interface Node<T> {
  readonly children: Map<string, Node<T>>;
  readonly present: Set<T>;
  readonly text: Map<string, Set<T>>;
  readonly other: Map<string, Set<T>>;
  readonly prefix: Map<string, Set<T>>;
  /** Characters of the longest prefix that ever waited here. */
  longestPrefix: number;
}

/** A tree of field names, so that an event and the patterns go down together where both have a field. */
export function pathLookup<T>(): Lookup<T> {
  const root = newNode<T>();
  return {
    add: (path, keys, what) => {
      const steps = [root];
      for (const name of path) steps.push(childOf(steps.at(-1) ?? root, name));
      const node = steps.at(-1) ?? root;
      for (const set of setsOf(node, keys)) set.add(what);
      return () => {
        leave(node, keys, what);
        prune(steps, path);
      };
    },
    waiting: (path, keys) => {
      const node = path.reduce<Node<T> | undefined>((parent, name) => parent?.children.get(name), root);
      if (!keys) return PRESENCE_COSTS + (node?.present.size ?? 0) * PRESENCE_COSTS;
      return keys.reduce((sum, key) => sum + (node ? (node[key.kind].get(key.name)?.size ?? 0) : 0), 0);
    },
    visit: (event, meet) => {
      meetAll(root.present, meet);
      descend(root, event, meet);
    },
  };
}

/** Presence says less than a value does: many events have the field. */
const PRESENCE_COSTS = 8;

const newNode = <T>(): Node<T> => ({
  children: new Map(),
  present: new Set(),
  text: new Map(),
  other: new Map(),
  prefix: new Map(),
  longestPrefix: 0,
});

function childOf<T>(parent: Node<T>, name: string): Node<T> {
  const known = parent.children.get(name);
  if (known) return known;
  const made = newNode<T>();
  parent.children.set(name, made);
  return made;
}

function setsOf<T>(node: Node<T>, keys: readonly LeafKey[] | undefined): readonly Set<T>[] {
  if (!keys) return [node.present];
  return keys.map(({ kind, name }) => {
    const set = node[kind].get(name) ?? new Set<T>();
    node[kind].set(name, set);
    if (kind === 'prefix') node.longestPrefix = Math.max(node.longestPrefix, name.length);
    return set;
  });
}

function leave<T>(node: Node<T>, keys: readonly LeafKey[] | undefined, what: T): void {
  if (!keys) node.present.delete(what);
  for (const { kind, name } of keys ?? []) {
    const set = node[kind].get(name);
    set?.delete(what);
    if (set?.size === 0) node[kind].delete(name);
  }
}

/** Forgets fields at which nothing waits any more. */
function prune<T>(steps: readonly Node<T>[], path: readonly string[]): void {
  for (let depth = path.length; depth > 0; depth--) {
    const node = steps[depth];
    const name = path[depth - 1];
    if (!node || name === undefined || !isEmpty(node)) return;
    steps[depth - 1]?.children.delete(name);
  }
}

const isEmpty = <T>(node: Node<T>): boolean =>
  node.children.size + node.present.size + node.text.size + node.other.size + node.prefix.size === 0;

function descend<T>(node: Node<T>, value: LosslessJson, meet: (what: T) => void): void {
  if (value.kind === 'array') {
    for (const item of value.items) descend(node, item, meet);
  } else if (value.kind === 'object') {
    const { children } = node;
    if (children.size < value.members.size) {
      for (const [name, child] of children) enter(child, value.members.get(name), meet);
    } else {
      for (const [name, member] of value.members) enter(children.get(name), member, meet);
    }
  }
}

function enter<T>(node: Node<T> | undefined, value: LosslessJson | undefined, meet: (what: T) => void): void {
  if (!node || !value) return;
  meetLeaves(node, value, meet);
  if (node.children.size > 0) descend(node, value, meet);
}

function meetLeaves<T>(node: Node<T>, value: LosslessJson, meet: (what: T) => void): void {
  if (value.kind === 'object') return;
  if (value.kind === 'array') {
    for (const item of value.items) meetLeaves(node, item, meet);
    return;
  }
  meetAll(node.present, meet);
  if (value.kind !== 'string') {
    if (node.other.size > 0) meetAll(node.other.get(otherName(value)), meet);
    return;
  }
  if (node.text.size > 0) meetAll(node.text.get(value.value), meet);
  if (node.prefix.size > 0) meetPrefixes(node, value.value, meet);
}

function meetAll<T>(set: ReadonlySet<T> | undefined, meet: (what: T) => void): void {
  if (set) for (const what of set) meet(what);
}

/** Looks up the text's own beginnings where that is less than trying all prefixes. */
function meetPrefixes<T>({ prefix: prefixes, longestPrefix }: Node<T>, text: string, meet: (what: T) => void): void {
  if (prefixes.size <= longestPrefix) {
    for (const [prefix, set] of prefixes) if (text.startsWith(prefix)) meetAll(set, meet);
    return;
  }
  for (let length = Math.min(text.length, longestPrefix); length >= 0; length--) {
    meetAll(prefixes.get(text.slice(0, length)), meet);
  }
}
