/** Why a part of an expression is refused; whoever has the whole expression says so with its text. */
export class Refusal extends Error {}

/** @throws Refusal */
export function refuse(reason: string): never {
  throw new Refusal(reason);
}
