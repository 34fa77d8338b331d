import type { LosslessJson } from '../../../src/core/json/lossless-json.ts';

/** One step of a path: a member, an element, or all elements. */
type Step = string | number | typeof ALL;

const ALL = Symbol('all');
const STEP =
  /\.(?<name>[^.[\]*\s]+)|\.(?<any>\*)|\[(?<index>\d+)\]|\[(?<all>\*)\]|\['(?<quoted>[^']*)'\]|\["(?<double>[^"]*)"\]/y;

/** A path into an event. */
export interface JsonPath {
  /** What is there; `undefined` when nothing is. A path with `*` finds a list. */
  find(root: LosslessJson): LosslessJson | undefined;
}

/**
 * Reads a path like `$.detail.items[0].id`; `undefined` when it is none. EventBridge knows dots, brackets and `*`, no
 * filters and no slices. docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: Step[] = [];
  STEP.lastIndex = 1;
  while (STEP.lastIndex < text.length) {
    const found = STEP.exec(text)?.groups;
    if (!found) return undefined;
    if (found['any'] !== undefined || found['all'] !== undefined) steps.push(ALL);
    else if (found['index'] !== undefined) steps.push(Number(found['index']));
    else steps.push(found['name'] ?? found['quoted'] ?? found['double'] ?? '');
  }
  return { find: (root) => walk(root, steps) };
}

function walk(value: LosslessJson | undefined, steps: readonly Step[]): LosslessJson | undefined {
  const [step, ...rest] = steps;
  if (step === undefined || value === undefined) return value;
  if (step === ALL) {
    const items = childrenOf(value).flatMap((child) => walk(child, rest) ?? []);
    return { kind: 'array', items, start: 0, end: 0 };
  }
  if (typeof step === 'number') return walk(value.kind === 'array' ? value.items[step] : undefined, rest);
  return walk(value.kind === 'object' ? value.members.get(step) : undefined, rest);
}

function childrenOf(value: LosslessJson): readonly LosslessJson[] {
  if (value.kind === 'array') return value.items;
  return value.kind === 'object' ? [...value.members.values()] : [];
}
