import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * A web page anywhere can make a browser on this machine send requests to loopback, and can point a name of its own at
 * 127.0.0.1 (DNS rebinding). The admin API can wipe all state, so it answers only to names of this machine.
 *
 * @param allowed names beside the loopback ones: the bound host, and what `--allow-host` says
 * @returns what is wrong with the request, or `undefined`
 */
export function foreignCaller(headers: IncomingHttpHeaders, allowed: ReadonlySet<string>): string | undefined {
  const isOurs = (name: string) => LOOPBACK.test(name) || allowed.has(name.toLowerCase());
  const { host, origin } = headers;
  if (host === undefined || !isOurs(nameOf(host))) {
    return `The admin API does not answer to the host "${host ?? ''}"; use localhost, or start with --allow-host`;
  }
  if (origin === undefined) return undefined;
  const from = URL.canParse(origin) ? new URL(origin).hostname : '';
  return isOurs(from) ? undefined : `The admin API does not answer to pages of the origin "${origin}"`;
}

/** The name in a Host header, without its port. */
const nameOf = (host: string) => host.replace(/:\d+$/, '');
