import type { ServerResponse } from 'node:http';

/** Whether nobody waits for this answer any more. HTTP/2's response does not say so itself, but its stream does. */
export function isClientGone(response: ServerResponse): boolean {
  const { stream } = response as { readonly stream?: { readonly destroyed: boolean } };
  return response.destroyed || stream?.destroyed === true;
}
