import { createHash } from 'node:crypto';

/** What a request says, as a short text: the same for two that differ only in the order of names. */
export function requestContent(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request, canonical)).digest('base64');
}

function canonical(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? {} : Object.fromEntries(entries);
}
