/** The token by which clients get the page behind that key of that list. */
export const pageToken = (list: string, behind: string): string =>
  Buffer.from(JSON.stringify([list, behind])).toString('base64');

/** The key in a token of that list; `undefined` when it is none. */
export function keyInToken(token: string, list: string): string | undefined {
  try {
    const [of, key]: unknown[] = JSON.parse(Buffer.from(token, 'base64').toString());
    return of === list && typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
