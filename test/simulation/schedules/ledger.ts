import type { Happening, Violation } from '../engine/simulation.ts';

/** For which instant of which entry something was delivered, and to which target. */
export interface Delivered {
  readonly entry: string;
  readonly dueMs: number;
  readonly target: number;
}

/** One attempt at a target, and what the target said. */
export interface Attempt extends Delivered {
  readonly atMs: number;
  readonly outcome: 'accepted' | 'down' | 'broken';
}

/** A dead letter. */
export interface Letter extends Delivered {
  readonly atMs: number;
  readonly retries: number;
  readonly condition: string | undefined;
}

/** What targets and queues got, kept outside of what is tested. */
export class Ledger {
  readonly attempts: Attempt[] = [];
  readonly letters: Letter[] = [];
  readonly happenings: Happening[] = [];
  readonly violations: Violation[] = [];

  note(atMs: number, what: string): void {
    this.happenings.push({ atMs, what });
  }

  expect(holds: boolean, rule: string, what: () => string): void {
    if (!holds) this.violations.push({ rule, what: `${rule}: ${what()}` });
  }
}

/** Names a delivery; what is delivered says the second. */
export const keyOf = ({ entry, dueMs, target }: Delivered): string =>
  `${entry} ${Math.floor(dueMs / 1000) * 1000} ${target}`;

/** Things by the delivery that they belong to. */
export function byDelivery<Item extends Delivered>(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
