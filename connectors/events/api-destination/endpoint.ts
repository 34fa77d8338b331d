import { validation } from '../errors.ts';

/** Refuses what cannot be called, or would carry a secret into the journal; plain HTTP will do here. The text is ours. */
export function checkEndpoint(endpoint: string, parameter: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isCallable = (url?.protocol === 'https:' || url?.protocol === 'http:') && url.hostname !== '';
  if (!isCallable || url.username !== '' || url.password !== '') {
    throw validation(
      `Parameter ${parameter} is not valid. Reason: it must be the URL of a web server without a user name.`,
    );
  }
}
