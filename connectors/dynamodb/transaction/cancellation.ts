import { ServiceError } from '../../../src/core/errors.ts';

/** Why a part of a transaction could not be done; `None` where it could. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

const CODES: Readonly<Record<string, string>> = {
  ConditionalCheckFailedException: 'ConditionalCheckFailed',
  DuplicateItemException: 'DuplicateItem',
  ValidationException: 'ValidationError',
  ItemCollectionSizeLimitExceededException: 'ItemCollectionSizeLimitExceeded',
};

/**
 * The refusal of all of a transaction for what some of its parts were refused for, at their places.
 * docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export function transactionCanceled(refusals: readonly (ServiceError | undefined)[]): ServiceError {
  const other = refusals.find((refusal) => refusal && CODES[refusal.code] === undefined);
  if (other) return other;
  const reasons = refusals.map(reasonOf);
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new ServiceError('TransactionCanceledException', message, { members: { CancellationReasons: reasons } });
}

function reasonOf(refusal: ServiceError | undefined): CancellationReason {
  if (!refusal) return { Code: 'None' };
  return { Code: CODES[refusal.code] ?? refusal.code, Message: refusal.message, ...refusal.options.members };
}

/** Does each part of a transaction; when one of them is refused, all are, with all their reasons. */
export function eachOrCanceled<Part, Done>(parts: readonly Part[], work: (part: Part) => Done): readonly Done[] {
  const done: Done[] = [];
  const refusals = parts.map((part) => {
    try {
      done.push(work(part));
      return undefined;
    } catch (error) {
      if (error instanceof ServiceError) return error;
      throw error;
    }
  });
  if (refusals.some((refusal) => refusal !== undefined)) throw transactionCanceled(refusals);
  return done;
}
