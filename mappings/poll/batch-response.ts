/** What a function's answer says about its batch. */
export type BatchResponse =
  | { readonly kind: 'succeeded' }
  /** These items failed, the others succeeded. */
  | { readonly kind: 'partly-failed'; readonly failed: ReadonlySet<string> }
  /** The answer is not one that Lambda understands: the whole batch failed. */
  | { readonly kind: 'not-understood'; readonly why: string };

const SUCCEEDED: BatchResponse = { kind: 'succeeded' };

/**
 * Reads the answer of a function that reports batch item failures. Nothing, `{}`, `[]`, `""` and an empty list mean
 * success; anything that names no item of the batch means that all of it failed.
 * docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions"
 * @param ids the identifiers of the batch's items
 * @param read the identifier in an `itemIdentifier`; `undefined` when it is none
 */
export function readBatchResponse(
  payload: Uint8Array,
  ids: ReadonlySet<string>,
  read: (identifier: unknown) => string | undefined = asText,
): BatchResponse {
  if (payload.length === 0) return SUCCEEDED;
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(payload).toString());
  } catch {
    return notUnderstood('the response is not JSON');
  }
  if (answer === null || answer === '' || (Array.isArray(answer) && answer.length === 0)) return SUCCEEDED;
  if (typeof answer !== 'object' || Array.isArray(answer)) return notUnderstood('the response is no object');
  const failures = (answer as { readonly batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return notUnderstood('batchItemFailures is no list');
  return failures.length === 0 ? SUCCEEDED : failedItems(failures, ids, read);
}

const asText = (identifier: unknown) => (typeof identifier === 'string' ? identifier : undefined);

function failedItems(
  failures: readonly unknown[],
  ids: ReadonlySet<string>,
  read: (identifier: unknown) => string | undefined,
): BatchResponse {
  const failed = new Set<string>();
  for (const failure of failures) {
    const given = (failure as { readonly itemIdentifier?: unknown } | null)?.itemIdentifier;
    const id = read(given);
    if (id === undefined || !ids.has(id)) {
      return notUnderstood(`itemIdentifier ${JSON.stringify(given) ?? 'missing'} is no item of the batch`);
    }
    failed.add(id);
  }
  return { kind: 'partly-failed', failed };
}

const notUnderstood = (why: string): BatchResponse => ({ kind: 'not-understood', why });
