import { isSettled, type Rules } from './check-delivery.ts';
import { type Delivery, idsOf, type Ledger, type TumblingWindow } from './ledger.ts';

interface OpenWindow {
  readonly window: TumblingWindow;
  /** Every state that the function has returned, the first being empty, with the life that it was returned in. */
  readonly states: { readonly ids: readonly number[]; readonly life: number }[];
  /** In which lives it was closed. */
  readonly closedIn: number[];
}

/**
 * Tumbling windows: each state that the function returns is what its next invocation in the window gets. State and place in
 * the shard are kept as one, so the last state names each record that succeeded once, even when crashes made the function see it twice.
 * docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export class TumblingWindows {
  readonly #open = new Map<string, OpenWindow>();

  check(ledger: Ledger, rules: Rules, delivery: Delivery): void {
    const { window, entries, number, life } = delivery;
    if (!window) return;
    const rule = (holds: boolean, what: string) =>
      ledger.expect(holds, 'tumbling window', () => `invocation ${number} [${idsOf(entries)}] ${what}`);
    const open = this.#find(window, life);
    const inside = entries.every(({ sentAtMs }) => sentAtMs >= window.startMs && sentAtMs < window.endMs);
    rule(inside, `has records from outside of ${window.startMs}–${window.endMs}`);
    const last = open.states.at(-1);
    const states = last && (ledger.crashed.has(last.life) ? open.states : [last]);
    rule(states?.some(({ ids }) => sameIds(ids, window.ids)) ?? false, `got the state [${window.ids.join(' ')}]`);
    rule(
      open.closedIn.every((life) => ledger.crashed.has(life)),
      'comes after the window was closed',
    );
    if (window.final) this.#checkFinal(ledger, rules, window, rule);
  }

  /** Notes what the function returned for its next invocation in the window. */
  returned({ window, life }: Delivery, ids: readonly number[]): void {
    if (!window) return;
    const open = this.#find(window, life);
    open.states.push({ ids, life });
    if (window.final) open.closedIn.push(life);
  }

  /** Every window that had records is closed in the end. */
  checkEnd(ledger: Ledger): void {
    for (const { window, closedIn } of this.#open.values()) {
      ledger.expect(
        closedIn.length > 0,
        'tumbling window',
        () => `the window of ${window.shardId} from ${window.startMs} was never closed`,
      );
    }
  }

  #checkFinal(
    ledger: Ledger,
    rules: Rules,
    window: TumblingWindow,
    rule: (holds: boolean, what: string) => void,
  ): void {
    const ids = new Set(window.ids);
    rule(ids.size === window.ids.length, `has a state that names a record twice: [${window.ids.join(' ')}]`);
    for (const entry of ledger.entries.values()) {
      const { record, place, sentAtMs, inScope } = entry;
      const within = place?.shardId === window.shardId && sentAtMs >= window.startMs && sentAtMs < window.endMs;
      if (!within || !inScope) continue;
      rule(isSettled(ledger, rules, entry), `closes the window while record ${record.id} waits`);
      rule(entry.settled !== 'succeeded' || ids.has(record.id), `closes the window without record ${record.id}`);
    }
  }

  #find(window: TumblingWindow, life: number): OpenWindow {
    const key = `${window.shardId} ${window.startMs}`;
    const open = this.#open.get(key) ?? { window, states: [{ ids: [], life }], closedIn: [] };
    this.#open.set(key, open);
    return open;
  }
}

const sameIds = (a: readonly number[], b: readonly number[]): boolean => a.join() === b.join();
