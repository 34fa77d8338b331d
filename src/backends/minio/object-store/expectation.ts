import type { Expectation } from '../../../core/ports/object-store.ts';
import type { FoundVersion } from './versions.ts';

/** Whether it holds of the newest version, as far as can be seen before the commit. */
export function holds(expect: Expectation | undefined, newest: FoundVersion | undefined): boolean {
  if (!expect) return true;
  const current = newest?.version.deleteMarker ? undefined : newest;
  return expect.kind === 'absent' ? current === undefined : current?.version.etag === expect.etag;
}

/** How MinIO is asked to check it at the instant of the commit, in terms of its own ETag. */
export function conditionHeaders(
  expect: Expectation | undefined,
  newest: FoundVersion | undefined,
): Readonly<Record<string, string>> {
  if (!expect) return {};
  return expect.kind === 'absent' ? { 'if-none-match': '*' } : { 'if-match': `"${newest?.stored.etag ?? ''}"` };
}
