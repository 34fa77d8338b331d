import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { type Projection, project } from '../expressions/projection/project.ts';
import { projectedItem } from '../items/index-projection.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';
import { placeNames, type ReadIndex } from './read-index.ts';

/** What a request says of the attributes that it wants. */
export interface SelectRequest {
  readonly Select?: string | undefined;
  readonly IndexName?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly AttributesToGet?: readonly string[] | undefined;
}

/** What becomes of the items of a page. */
export interface Selection {
  /** Whether only their number is wanted. */
  readonly countOnly: boolean;
  /** Whether items are fetched from the table, as their index lacks some of what is wanted. */
  readonly fetches: boolean;
  /** What the filter sees. */
  filterable(item: AttributeMap): AttributeMap;
  /** What is returned. */
  selected(item: AttributeMap): AttributeMap;
}

/** Refuses a `Select` that contradicts the rest of its request. */
export function checkSelect({ Select: select, IndexName: index, ...request }: SelectRequest): void {
  const projecting = (['ProjectionExpression', 'AttributesToGet'] as const).find((name) => request[name] !== undefined);
  if (projecting && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    const what = select === 'COUNT' ? 'only the Count' : select;
    throw validationException(`Cannot specify the ${projecting} when choosing to get ${what}`);
  }
  if (select === 'SPECIFIC_ATTRIBUTES' && !projecting) {
    throw validationException(
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
    );
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && index === undefined) {
    throw validationException('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
}

/** What is returned of each item: what was asked for, as far as a global index has it. A local one fetches the rest. */
export function selectionOf(
  index: ReadIndex,
  select: string | undefined,
  projection: Projection | undefined,
): Selection {
  const { table, secondary, kind } = index;
  const missing = projection ? notProjected(index, projection) : [];
  if (kind === 'global' && secondary) {
    if (select === 'ALL_ATTRIBUTES' && secondary.projection.type !== 'ALL') {
      throw invalidParameters(
        `Select type ALL_ATTRIBUTES is not supported for global secondary index ${secondary.name} because its projection type is not ALL`,
      );
    }
    if (missing.length > 0) {
      throw invalidParameters(`Global secondary index ${secondary.name} does not project [${missing.join(', ')}]`);
    }
  }
  const fetches =
    kind === 'local' && secondary?.projection.type !== 'ALL' && (select === 'ALL_ATTRIBUTES' || missing.length > 0);
  const filterable = (item: AttributeMap) => (secondary && !fetches ? projectedItem(table, secondary, item) : item);
  return {
    countOnly: select === 'COUNT',
    fetches,
    filterable,
    selected: (item) => (projection ? project(projection, item) : filterable(item)),
  };
}

function notProjected(index: ReadIndex, projection: Projection): readonly string[] {
  const held = index.secondary?.projection;
  if (!held || held.type === 'ALL') return [];
  const names = new Set([...placeNames(index), ...(held.type === 'INCLUDE' ? held.attributes : [])]);
  return projection.map(([name]) => name).filter((name) => !names.has(name));
}
