import type { StreamViewType } from '../../../src/core/records/dynamodb-change.ts';
import type { Table } from '../table/table.ts';
import { invalidParameters, validationException } from '../values/refusal.ts';

/** What a request says of a table's stream. */
export interface StreamSpecification {
  readonly StreamEnabled?: boolean | undefined;
  readonly StreamViewType?: string | undefined;
}

/** What is to become of a table's stream. */
export type StreamDecision =
  | { readonly kind: 'enable'; readonly viewType: StreamViewType }
  | { readonly kind: 'disable' }
  | { readonly kind: 'none' };

/** What a new table is created with. The texts are AWS's. */
export function streamOfNewTable(specification: StreamSpecification | undefined): StreamDecision {
  if (!specification) return { kind: 'none' };
  const { StreamEnabled: enabled, StreamViewType: viewType } = specification;
  if (enabled && !viewType)
    throw invalidParameters('Table is being created with a stream enabled, UpdateViewType is required');
  if (!enabled && viewType)
    throw invalidParameters('Table is being created with a stream disabled, UpdateViewType should not be specified');
  return enabled ? { kind: 'enable', viewType: viewType as StreamViewType } : { kind: 'none' };
}

/** What an update changes. A view type cannot be changed: the stream is disabled first, and another one enabled then. */
export function streamOfUpdate(table: Table, specification: StreamSpecification | undefined): StreamDecision {
  if (!specification) return { kind: 'none' };
  const { StreamEnabled: enabled, StreamViewType: viewType } = specification;
  if (enabled && !viewType) throw invalidParameters('If stream is being enabled then UpdateViewType is required');
  if (!enabled && viewType)
    throw invalidParameters('If stream is being disabled, then UpdateViewType must not be specified');
  if (enabled && table.stream?.enabled)
    throw validationException(`Table already has an enabled stream: TableName: ${table.name}`);
  if (!enabled && !table.stream?.enabled)
    throw validationException(`Table has no stream to disable: TableName: ${table.name}`);
  return enabled ? { kind: 'enable', viewType: viewType as StreamViewType } : { kind: 'disable' };
}
