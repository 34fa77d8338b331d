import type { Due } from '../../../core/activity.ts';
import { realClock, SECOND, sleep } from '../../../core/clock.ts';
import type {
  ClusterFault,
  GroupMember,
  Membership,
  PartitionOffsets,
  TopicRecord,
} from '../../../core/ports/consumer-group.ts';
import { backOffMs } from '../../../core/waiting/back-off.ts';
import { createListeners } from '../../../core/waiting/listeners.ts';
import { clientOf } from './client.ts';
import { clusterFault, isBrief } from './cluster-fault.ts';
import { ClusterQuestions } from './cluster-questions.ts';
import { GroupSession, type ReadRecords, type SessionListener } from './group-session.ts';
import { HeldPartition } from './held-partition.ts';

const RETRY = { firstMs: 100, maxMs: 2 * SECOND };

/** How much is read ahead of what is taken: beyond it reading pauses, at half of it it goes on. */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;
/** Records that are drawn of one partition before the next has its turn. */
const TURN_RECORDS = 100;

/**
 * A member of a group, through all its sessions. After each change of the group, and after each outage:
 *
 *   rebalancing → joined        partitions that are another member's now are lost
 *   joined → finding out        nothing is read before it is known what the group has committed
 *   finding out → reading       what it held and nobody has moved since goes on where it was; the rest begins where the group stands
 *   any → outage → rebalancing  what it holds it keeps meanwhile, and what is to be committed waits
 */
export class KafkaGroupMember implements GroupMember {
  readonly #membership: Membership;
  readonly #sessionMs: number;
  readonly #held = new Map<number, HeldPartition>();
  readonly #changes = createListeners<'change'>();
  readonly #leaving = new AbortController();
  readonly #left = new Promise<void>((resolve) => {
    this.#leaving.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  readonly #gone: Promise<void>;
  #brokers: readonly string[] = [];
  #session: GroupSession | undefined;
  /** Whether the session reads what is held: it has joined, and has found out where to. */
  #isReading = false;
  #fault: ClusterFault | undefined;
  /** In a row. */
  #failures = 0;
  #isPaused = false;
  #isCommitting = false;
  /** Grows when what is held changes, or the session ends: what was found out for an earlier one is dropped. */
  #joins = 0;

  constructor(membership: Membership, sessionMs: number) {
    this.#membership = membership;
    this.#sessionMs = sessionMs;
    this.#gone = this.#run();
  }

  async take({ maxRecords }: { readonly maxRecords: number }, signal: AbortSignal): Promise<readonly TopicRecord[]> {
    while (!signal.aborted && !this.#leaving.signal.aborted) {
      const taken = this.#draw(maxRecords);
      if (taken.length > 0) return taken;
      await this.#change(signal);
    }
    return [];
  }

  due(): Due {
    if (this.#fault || this.#leaving.signal.aborted) return { dueNow: 0 };
    let dueNow = this.#isReading ? 0 : 1;
    for (const held of this.#held.values()) dueNow += held.due;
    return { dueNow };
  }

  async commit(offsets: PartitionOffsets): Promise<void> {
    const wanted = [...offsets].flatMap(([partition, offset]) => {
      const held = this.#held.get(partition);
      held?.want(offset);
      return held ?? [];
    });
    void this.#commitAll();
    while (!this.#leaving.signal.aborted && wanted.some((held) => held.uncommitted !== undefined)) {
      await this.#change(this.#leaving.signal);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    await this.#gone;
  }

  /** One session after the other, until it is disposed of. */
  async #run(): Promise<void> {
    while (!this.#leaving.signal.aborted) {
      await this.#attend().catch((error: unknown) => this.#failed(error));
      if (this.#failures === 0) continue;
      await sleep(realClock, backOffMs(this.#failures, RETRY), this.#leaving.signal).catch(() => {});
    }
    for (const held of this.#held.values()) held.lose();
    this.#changes.tell('change');
  }

  /** Attends one session, until it fails or is to leave. */
  async #attend(): Promise<void> {
    const { topic, groupId } = this.#membership;
    const cluster = await this.#membership.cluster();
    this.#brokers = cluster.brokers;
    const client = await clientOf(cluster);
    await using questions = new ClusterQuestions(client);
    const place = { topic, groupId, sessionMs: this.#sessionMs };
    const session = new GroupSession(client, place, this.#listener(questions));
    this.#session = session;
    try {
      await Promise.race([session.open(), session.failed, this.#left]);
      await Promise.race([session.failed, this.#left]);
    } catch (error) {
      // Told before it is closed, which a cluster that is silent draws out.
      this.#failed(error);
    } finally {
      this.#session = undefined;
      this.#isReading = false;
      this.#joins++;
      await session.close();
    }
  }

  #failed(error: unknown): void {
    this.#failures++;
    if (this.#failures > 1 || !isBrief(error)) this.#tell(clusterFault(this.#brokers, error));
  }

  #listener(questions: ClusterQuestions): SessionListener {
    return {
      rebalancing: () => {
        this.#isReading = false;
      },
      joined: (partitions) => {
        this.#isReading = false;
        this.#keepOnly(partitions);
        const join = ++this.#joins;
        const session = this.#session;
        void this.#findOut(questions, partitions, join).catch((error: unknown) => session?.fail(error));
      },
      read: (partition, records, next, end) => this.#read(partition, records, next, end),
      stored: (partition, offset) => {
        this.#held.get(partition)?.stored(offset);
        this.#changes.tell('change');
      },
    };
  }

  /** Learns where the group stands, and reads on, unless what is held has changed again meanwhile. */
  async #findOut(questions: ClusterQuestions, partitions: readonly number[], join: number): Promise<void> {
    const { topic, groupId, beginnings } = this.#membership;
    const states = await questions.states(topic, groupId);
    const session = this.#session;
    if (join !== this.#joins || !session) return;
    for (const partition of partitions) {
      const { low, ...state } = states.get(partition) ?? { committed: undefined, end: 0, low: 0 };
      const held = this.#held.get(partition);
      if (held && !held.isStillOurs(state)) this.#lose(held);
      const next = state.committed ?? beginnings.get(partition) ?? low;
      if (!held?.hold.held) this.#held.set(partition, new HeldPartition(partition, next, state));
      session.seek(partition, this.#held.get(partition)?.next ?? next);
    }
    this.#isReading = true;
    this.#failures = 0;
    if (!this.#isPaused) session.resume(partitions);
    this.#tell(undefined);
    void this.#commitAll();
  }

  #keepOnly(partitions: readonly number[]): void {
    for (const held of this.#held.values()) if (!partitions.includes(held.partition)) this.#lose(held);
  }

  #lose(held: HeldPartition): void {
    held.lose();
    this.#held.delete(held.partition);
    this.#membership.lost();
    this.#changes.tell('change');
  }

  #read(partition: number, records: ReadRecords, next: number, end: number): void {
    let held = this.#held.get(partition);
    if (!held) return;
    const first = records[0]?.offset;
    if (first !== undefined && first < held.next) {
      // The topic was made anew: its offsets begin again, and what was committed is of the one before.
      this.#lose(held);
      held = new HeldPartition(partition, first, { committed: undefined, end });
      this.#held.set(partition, held);
    }
    const { hold } = held;
    held.add(
      records.map((record) => ({ ...record, hold })),
      next,
      end,
    );
    if (!this.#isPaused && this.#waitingBytes() >= READ_AHEAD_BYTES) {
      this.#isPaused = true;
      this.#session?.pause([...this.#held.keys()]);
    }
    this.#changes.tell('change');
  }

  /** Takes from the partitions by turns, beginning with the one that has waited longest for its turn. */
  #draw(maxRecords: number): readonly TopicRecord[] {
    const taken: TopicRecord[] = [];
    for (let found = true; found && taken.length < maxRecords; ) {
      found = false;
      for (const [partition, held] of [...this.#held]) {
        const turn = held.take(Math.min(TURN_RECORDS, maxRecords - taken.length));
        if (turn.length === 0) continue;
        found = true;
        taken.push(...turn);
        this.#held.delete(partition);
        this.#held.set(partition, held);
      }
    }
    if (this.#isPaused && this.#waitingBytes() < READ_AHEAD_BYTES / 2) {
      this.#isPaused = false;
      if (this.#isReading) this.#session?.resume([...this.#held.keys()]);
    }
    return taken;
  }

  #waitingBytes(): number {
    let bytes = 0;
    for (const held of this.#held.values()) bytes += held.bytes;
    return bytes;
  }

  /** Commits what is wanted, one request after the other, for as long as there is something and the session lasts. */
  async #commitAll(): Promise<void> {
    if (this.#isCommitting) return;
    this.#isCommitting = true;
    for (let failures = 0; this.#isReading && this.#session; ) {
      const open = [...this.#held.values()].filter((held) => held.uncommitted !== undefined);
      if (open.length === 0) break;
      for (const held of open) held.sending(held.uncommitted ?? 0);
      const stored = await this.#session
        .commit(new Map(open.map((held) => [held.partition, held.uncommitted ?? 0])))
        .then(() => open.every((held) => held.uncommitted === undefined))
        .catch(() => false);
      failures = stored ? 0 : failures + 1;
      if (!stored) await sleep(realClock, backOffMs(failures, RETRY), this.#leaving.signal).catch(() => {});
      if (this.#leaving.signal.aborted) break;
    }
    this.#isCommitting = false;
  }

  #tell(fault: ClusterFault | undefined): void {
    const before = this.#fault;
    this.#fault = fault;
    if (!fault || fault.message !== before?.message) this.#membership.told(fault);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        heard[Symbol.dispose]();
        signal.removeEventListener('abort', go);
        resolve();
      };
      const heard = this.#changes.add('change', go);
      signal.addEventListener('abort', go, { once: true });
    });
  }
}
