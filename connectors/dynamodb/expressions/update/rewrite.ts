import type { AttributeMap, AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { setAttribute } from '../../values/attribute-map.ts';
import { validationException } from '../../values/refusal.ts';
import { childOf, type DocumentPath } from '../path.ts';

/** What stands at a path afterwards; `undefined`: nothing. */
export interface Write {
  readonly path: DocumentPath;
  readonly value: AttributeValue | undefined;
}

/** A write below some value: the steps that are left to its place. */
interface Below {
  readonly steps: readonly (string | number)[];
  readonly value: AttributeValue | undefined;
}

/**
 * The item with all writes done, no two of which overlap. What no write touches is shared with the old item. Places in
 * lists are those before the update: removed elements leave no gaps, and what is set beyond the end is appended.
 */
export function rewrite(item: AttributeMap, writes: readonly Write[]): AttributeMap {
  return rewriteMap(
    item,
    writes.map(({ path, value }) => ({ steps: path, value })),
  );
}

function rewriteMap(map: AttributeMap, writes: readonly Below[]): AttributeMap {
  const rewritten: Record<string, AttributeValue> = { ...map };
  for (const [step, below] of byFirstStep(writes)) {
    if (typeof step !== 'string') throw invalidPath();
    const value = rewriteChild({ M: map }, step, below);
    if (value === undefined) delete rewritten[step];
    else setAttribute(rewritten, step, value);
  }
  return rewritten;
}

function rewriteList(list: readonly AttributeValue[], writes: readonly Below[]): readonly AttributeValue[] {
  const rewritten: (AttributeValue | undefined)[] = [...list];
  const appended: { readonly step: number; readonly value: AttributeValue }[] = [];
  for (const [step, below] of byFirstStep(writes)) {
    if (typeof step !== 'number') throw invalidPath();
    const value = rewriteChild({ L: list }, step, below);
    if (step < list.length) rewritten[step] = value;
    else if (value) appended.push({ step, value });
  }
  appended.sort((a, b) => a.step - b.step);
  return [...rewritten.filter((value) => value !== undefined), ...appended.map(({ value }) => value)];
}

function rewriteChild(
  parent: AttributeValue,
  step: string | number,
  writes: readonly Below[],
): AttributeValue | undefined {
  const [write] = writes;
  if (write?.steps.length === 0) return write.value;
  const child = childOf(parent, step);
  if (child && 'M' in child) return { M: rewriteMap(child.M, writes) };
  if (child && 'L' in child) return { L: rewriteList(child.L, writes) };
  throw invalidPath();
}

function byFirstStep(writes: readonly Below[]): ReadonlyMap<string | number, readonly Below[]> {
  const groups = new Map<string | number, Below[]>();
  for (const { steps, value } of writes) {
    const [step, ...rest] = steps;
    if (step === undefined) throw new TypeError('Paths do not overlap.');
    const group = groups.get(step) ?? [];
    groups.set(step, group);
    group.push({ steps: rest, value });
  }
  return groups;
}

function invalidPath(): Error {
  return validationException('The document path provided in the update expression is invalid for update');
}
