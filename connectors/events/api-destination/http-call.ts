import { realClock, SECOND } from '../../../src/core/clock.ts';

/** A call of a web server. */
export interface HttpCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Its answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | undefined;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html */
const DEADLINE_MS = 5 * SECOND;
/** More of an answer is not read. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Calls a web server; redirects are not followed. Rejects when it cannot be reached, or does not answer in time. */
export async function callServer({ method, url, headers, body }: HttpCall, signal: AbortSignal): Promise<HttpAnswer> {
  const late = new AbortController();
  const timer = realClock.setTimer(DEADLINE_MS, () => late.abort(new Error('It did not answer within 5 seconds')));
  try {
    const answer = await fetch(url, {
      ...{ method, headers, redirect: 'manual' },
      ...(body !== undefined && { body }),
      signal: AbortSignal.any([signal, late.signal]),
    });
    const retryAfter = answer.headers.get('retry-after') ?? undefined;
    return { status: answer.status, body: await textOf(answer), retryAfter };
  } finally {
    timer[Symbol.dispose]();
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
