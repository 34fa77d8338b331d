import type { AttributeMap, AttributeValue } from '../../../../src/core/records/dynamodb-change.ts';
import { setAttribute } from '../../values/attribute-map.ts';
import { childOf, type DocumentPath } from '../path.ts';

/** The paths that a read returns; no two overlap. */
export type Projection = readonly DocumentPath[];

type Steps = readonly (string | number)[];

/**
 * The parts of an item at the paths, within the maps and lists that hold them. Lists close ranks, in the order of their
 * elements. docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
 */
export function project(projection: Projection, item: AttributeMap): AttributeMap {
  return projectMap(item, projection);
}

function projectMap(map: AttributeMap, paths: readonly Steps[]): AttributeMap {
  const projected: Record<string, AttributeValue> = {};
  for (const [step, rests] of byFirstStep(paths)) {
    if (typeof step !== 'string') continue;
    const value = projectChild({ M: map }, step, rests);
    if (value) setAttribute(projected, step, value);
  }
  return projected;
}

function projectList(list: readonly AttributeValue[], paths: readonly Steps[]): readonly AttributeValue[] {
  const places = [...byFirstStep(paths)].filter(([step]) => typeof step === 'number');
  places.sort(([a], [b]) => Number(a) - Number(b));
  return places.map(([step, rests]) => projectChild({ L: list }, step, rests)).filter((value) => value !== undefined);
}

/** What the paths want of one member or element; `undefined` when it has nothing of it. */
function projectChild(
  parent: AttributeValue,
  step: string | number,
  rests: readonly Steps[],
): AttributeValue | undefined {
  const child = childOf(parent, step);
  if (child === undefined || rests.some((rest) => rest.length === 0)) return child;
  if ('M' in child) {
    const M = projectMap(child.M, rests);
    return Object.keys(M).length > 0 ? { M } : undefined;
  }
  if (!('L' in child)) return undefined;
  const L = projectList(child.L, rests);
  return L.length > 0 ? { L } : undefined;
}

function byFirstStep(paths: readonly Steps[]): ReadonlyMap<string | number, readonly Steps[]> {
  const groups = new Map<string | number, Steps[]>();
  for (const [step, ...rest] of paths) {
    if (step === undefined) continue;
    const group = groups.get(step) ?? [];
    groups.set(step, group);
    group.push(rest);
  }
  return groups;
}
