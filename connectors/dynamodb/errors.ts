import { ServiceError } from '../../src/core/errors.ts';

// The texts are AWS's own. Those of `ValidationException` are beside the checks; see `values/refusal.ts`.

/** What operations on items say of a table that is not there. */
export function tableMissing(): ServiceError {
  return new ServiceError('ResourceNotFoundException', 'Requested resource not found');
}

/** What operations on tables say: they name it. */
export function namedTableMissing(name: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
}

/** A table that is on its way from one state to another. */
export function resourceInUse(message: string): ServiceError {
  return new ServiceError('ResourceInUseException', message);
}
