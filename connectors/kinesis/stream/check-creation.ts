import { invalidArgument } from '../errors.ts';
import type { Stream } from './stream.ts';

/** A stream of the same name that was created in another second is another stream. */
export function checkCreation({ name, account, createdAtMs }: Stream, wanted: Date | undefined): void {
  if (wanted === undefined || Math.floor(wanted.getTime() / 1000) === Math.floor(createdAtMs / 1000)) return;
  throw invalidArgument(`Stream ${name} under account ${account} was not created at ${wanted.toISOString()}.`);
}
