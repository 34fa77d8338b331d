import type { TableRequest, Write } from './plan.ts';

/** A request for people. */
export function requestText(request: TableRequest): string {
  if (request.kind === 'write') return writeText(request.write);
  const token = request.kind === 'transaction' && request.token ? ` (token${request.again ? ', twice' : ''})` : '';
  return `${request.kind}${token} [${request.writes.map(writeText).join('; ')}]`;
}

function writeText({ p, s, does, when }: Write): string {
  const what = typeof does === 'string' ? does : JSON.stringify(does);
  return `${what} of ${p} ${s}${when === undefined ? '' : ` if ${JSON.stringify(when)}`}`;
}
