import { validationException } from './values/refusal.ts';

/** Refuses members of a request that Headwater does not act on: nothing is taken and ignored. */
export function refuseUnsupported(input: object, names: readonly string[]): void {
  const given = names.find((name) => {
    const value = (input as Readonly<Record<string, unknown>>)[name];
    return value !== undefined && value !== null;
  });
  if (given) throw validationException(`Headwater does not support ${given}. Leave it out, or run this against AWS.`);
}
