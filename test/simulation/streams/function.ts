import type { InvokeOutcome, InvokeRequest } from '../../../src/core/dispatch.ts';
import { checkDelivery, entriesOf, type Rules } from './check-delivery.ts';
import type { TumblingWindows } from './check-windows.ts';
import { readEvent } from './event.ts';
import { type Delivery, type Entry, idsOf, type Ledger } from './ledger.ts';
import type { Fault, StreamPlan } from './plan.ts';

const REPORT = { durationMs: 1, billedMs: 1, maxMemoryMb: 64, executedVersion: '$LATEST', logTail: '' } as const;
const THROTTLED: InvokeOutcome = { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' };

/** Nobody waits for an answer any more. */
const NEVER = new Promise<never>(() => {});

/** What the function does with one invocation. */
type Verdict =
  | { readonly kind: 'throttle' }
  | { readonly kind: 'fail'; readonly why: Fault | 'poison' }
  /** From there on nothing succeeded. */
  | { readonly kind: 'partly'; readonly from: Entry }
  | { readonly kind: 'succeed' };

/** The function of a run: fails as the plan says, until it is healed. All that it sees goes into the ledger. */
export class UnreliableFunction {
  readonly #plan: StreamPlan;
  readonly #rules: Rules;
  readonly #ledger: Ledger;
  readonly #windows: TumblingWindows;
  readonly #held: (() => void)[] = [];
  #invocations = 0;
  /** Nothing is held while time moves: time waits for what runs. */
  #holds = true;
  #healed = false;

  constructor(plan: StreamPlan, rules: Rules, ledger: Ledger, windows: TumblingWindows) {
    this.#plan = plan;
    this.#rules = rules;
    this.#ledger = ledger;
    this.#windows = windows;
  }

  /** From now on it succeeds, whatever comes. */
  heal(): void {
    this.#healed = true;
    this.release();
  }

  /** Lets go of the invocations that were held. */
  release(): void {
    for (const answer of this.#held.splice(0)) answer();
  }

  /** Runs `work`, in which no invocation is held. */
  async withoutHolding<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#holds = false;
    this.release();
    try {
      return await work();
    } finally {
      this.#holds = true;
    }
  }

  /**
   * One invocation by that life's mapping.
   *
   * @param learn finds out where the records lie
   */
  async invoke(
    { payload, requestId }: InvokeRequest,
    life: number,
    learn: () => Promise<void>,
  ): Promise<InvokeOutcome> {
    const ledger = this.#ledger;
    await learn();
    if (life !== ledger.life) return await NEVER;
    const event = readEvent(payload);
    const entries = entriesOf(ledger, event);
    const delivery = ledger.deliver({ requestId, entries, window: event.window });
    checkDelivery(ledger, this.#rules, delivery);
    const verdict = await this.#decide(delivery);
    ledger.note(`invocation ${delivery.number} [${idsOf(entries)}]${windowOf(delivery)} ${wordsOf(verdict)}`);
    this.#windows.check(ledger, this.#rules, delivery);
    return this.#answer(delivery, verdict);
  }

  async #decide({ entries, life }: Delivery): Promise<Verdict> {
    const fault = this.#healed ? undefined : this.#plan.faults.get(++this.#invocations);
    if (fault === 'throttle') return { kind: 'throttle' };
    if (fault === 'error' || fault === 'timeout') return { kind: 'fail', why: fault };
    if (fault === 'nonsense' && this.#plan.mapping.report) return { kind: 'fail', why: fault };
    if (fault === 'hold' && this.#holds) await new Promise<void>((answer) => this.#held.push(answer));
    // Held beyond a crash: its caller is gone.
    if (life !== this.#ledger.life) return await NEVER;
    const bad = this.#healed ? undefined : entries.find(({ record, failures }) => failures < record.failures);
    if (!bad) return { kind: 'succeed' };
    return this.#plan.mapping.report && bad.record.id % 2 === 0
      ? { kind: 'partly', from: bad }
      : { kind: 'fail', why: 'poison' };
  }

  #answer(delivery: Delivery, verdict: Verdict): InvokeOutcome {
    const { entries, life, window } = delivery;
    if (verdict.kind === 'throttle') return THROTTLED;
    if (verdict.kind === 'fail') {
      for (const entry of entries) entry.failures += 1;
      if (verdict.why === 'nonsense') return ok({ batchItemFailures: [{ itemIdentifier: 'nobody' }] });
      const status = verdict.why === 'timeout' ? { status: 'timeout' } : {};
      return { kind: 'function-error', payload: bytesOf({ errorMessage: 'no' }), report: { ...REPORT, ...status } };
    }
    const end = verdict.kind === 'partly' ? entries.indexOf(verdict.from) : entries.length;
    for (const entry of entries.slice(0, end)) {
      entry.succeededIn.add(life);
      this.#ledger.settle(entry, 'succeeded');
    }
    for (const entry of entries.slice(end)) entry.failures += 1;
    const failed = verdict.kind === 'partly' ? verdict.from.place?.sequenceNumber : undefined;
    const ids = [...(window?.ids ?? []), ...entries.slice(0, end).map(({ record }) => record.id)];
    this.#windows.returned(delivery, ids);
    return ok({
      ...(window ? { state: { ids } } : {}),
      ...(failed === undefined ? {} : { batchItemFailures: [{ itemIdentifier: String(failed) }] }),
    });
  }
}

const bytesOf = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const ok = (answer: object): InvokeOutcome => ({ kind: 'ok', payload: bytesOf(answer), report: REPORT });

function wordsOf(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'throttle':
      return 'is throttled';
    case 'fail':
      return `fails (${verdict.why})`;
    case 'partly':
      return `fails from ${verdict.from.record.id} on`;
    case 'succeed':
      return 'succeeds';
  }
}

const windowOf = ({ window }: Delivery): string =>
  window
    ? ` window ${new Date(window.startMs).toISOString().slice(11, 19)}${window.final ? ' final' : ''} state [${window.ids.join(' ')}]`
    : '';
