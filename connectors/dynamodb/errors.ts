import { ServiceError } from '../../src/core/errors.ts';
import { statusOf, type Table } from './table/table.ts';

// The texts are AWS's own. Those of `ValidationException` are beside the checks; see `values/refusal.ts`.

/** What operations on items say of a table that is not there. */
export function tableMissing(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'Requested resource not found');
}

/** What operations on tables say: they name it. */
export function namedTableMissing(name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
}

/** Refuses to change a table that is on its way from one state to another. */
export function refuseInTransition(table: Table, nowMs: number): void {
  const status = statusOf(table, nowMs);
  if (status === 'ACTIVE') return;
  const words = { CREATING: 'created', UPDATING: 'updated', DELETING: 'deleted' }[status];
  throw resourceInUse(`Attempt to change a resource which is still in use: Table is being ${words}: ${table.name}`);
}

/** A resource that is there already, or cannot be changed now. */
export function resourceInUse(message: string): ServiceError {
  return new ServiceError('ResourceInUseException', message);
}
