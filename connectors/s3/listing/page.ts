import type { ServiceError } from '../../../src/core/errors.ts';
import { invalidArgument } from '../errors.ts';

const MAX_PAGE = 1000;
const MAX_INTEGER = 2 ** 31 - 1;

/** How many entries a page may have: at most a thousand, whatever is asked for. */
export function pageSize(given: number | string | undefined, argument: string, name: string): number {
  if (given === undefined || given === '' || Number.isNaN(given)) return MAX_PAGE;
  const size = Number(given);
  if (Number.isInteger(size) && size >= 0 && size <= MAX_INTEGER) return Math.min(size, MAX_PAGE);
  throw invalidArgument(`Argument ${name} must be an integer between 0 and ${MAX_INTEGER}`, {
    ArgumentName: argument,
    ArgumentValue: String(given),
  });
}

/** An opaque token that names the key behind which the next page begins. */
export const tokenFor = (key: string): string => Buffer.from(key, 'utf8').toString('base64');

/** Where a token says that the page begins. */
export function keyOfToken(token: string): string {
  const key = Buffer.from(token, 'base64').toString('utf8');
  if (token === '' || tokenFor(key) !== token) throw wrongToken();
  return key;
}

const wrongToken = (): ServiceError =>
  invalidArgument('The continuation token provided is incorrect', { ArgumentName: 'continuation-token' });

/** A list member is left out when there is nothing in it. */
export const listed = <Name extends string, Item>(name: Name, items: readonly Item[]): { [name in Name]?: Item[] } =>
  (items.length > 0 ? { [name]: [...items] } : {}) as { [name in Name]?: Item[] };
