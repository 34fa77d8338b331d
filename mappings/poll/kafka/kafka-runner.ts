import { realClock, SECOND, sleep } from '../../../src/core/clock.ts';
import type { TopicAddress } from '../../../src/core/kafka/topic-source.ts';
import type { ClusterFault, PartitionOffsets } from '../../../src/core/ports/consumer-group.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import { backOffMs } from '../../../src/core/waiting/back-off.ts';
import { beginOnce, startOf } from '../beginning.ts';
import type { MappingRunner } from '../mapping/mapping-kind.ts';
import { type KafkaMapping, retriesOf } from './kafka-settings.ts';
import { selfManagedTopic } from './self-managed-source.ts';
import { type PolledTopic, type PollerParts, TopicPoller } from './topic-poller.ts';

/** What running a mapping of a topic needs. */
export interface KafkaParts extends PollerParts {
  readonly registry: Registry;
  readonly processed: (result: string) => void;
}

/** Between two attempts to ask a cluster, in real time: it runs outside. */
const ASK_AGAIN = { firstMs: 100, maxMs: 5 * SECOND };

/** Where a mapping's topic is. */
export function addressOf({ uuid, sourceArn, settings }: KafkaMapping): TopicAddress {
  const { access, groupId = uuid } = settings;
  return { ...selfManagedTopic(sourceArn), sourceArn, access, groupId };
}

/**
 * Runs the pollers of one mapping in this process: one on demand, as many as it asks for at least in provisioned mode. The
 * group shares the partitions out between these and those of other processes.
 */
export class KafkaRunner implements MappingRunner {
  readonly ready: Promise<void>;
  readonly #mapping: KafkaMapping;
  readonly #parts: KafkaParts;
  readonly #stopping = new AbortController();
  readonly #started: Promise<void>;
  #pollers: readonly TopicPoller[] = [];
  #problem: string | undefined;

  /** @param before resolves when an earlier runner of the mapping has settled what it had in flight */
  constructor(mapping: KafkaMapping, parts: KafkaParts, before?: Promise<void>) {
    this.#mapping = mapping;
    this.#parts = parts;
    let askedOnce = () => {};
    const asked = new Promise<void>((resolve) => {
      askedOnce = resolve;
    });
    this.#started = this.#start(before, askedOnce);
    // A cluster that does not answer is waited for, but nobody waits with it.
    this.ready = before ? Promise.resolve() : asked;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const poller of this.#pollers) poller.stop();
  }

  async drained(): Promise<void> {
    await this.#started;
    await Promise.all(this.#pollers.map(({ finished }) => finished));
  }

  async #start(before: Promise<void> | undefined, askedOnce: () => void): Promise<void> {
    await before;
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      try {
        await this.#parts.activity.during('asking a Kafka cluster', () => this.#open());
        return askedOnce();
      } catch (error) {
        failures++;
        this.#tell(error);
        askedOnce();
        await sleep(realClock, backOffMs(failures, ASK_AGAIN), this.#stopping.signal).catch(() => {});
      }
    }
    askedOnce();
  }

  async #open(): Promise<void> {
    const address = addressOf(this.#mapping);
    const { partitions, retentionMs } = await this.#parts.source.facts(address);
    const beginnings = await this.#beginnings(address);
    if (this.#stopping.signal.aborted) return;
    const { settings } = this.#mapping;
    const topic: PolledTopic = {
      mapping: { ...this.#mapping, settings: { ...settings, maximumRetryAttempts: retriesOf(settings) } },
      ...{ address, beginnings, retentionMs },
      processed: (result) => this.#parts.processed(result),
      told: (fault) => this.#told(fault),
    };
    // More pollers than partitions would have nothing to do.
    const count = Math.max(1, Math.min(settings.pollers?.minimum ?? 1, partitions));
    this.#pollers = Array.from({ length: count }, () => new TopicPoller(this.#parts, topic));
  }

  /** Decided once for all processes, so that a record is not missed that comes before its partition is first read. */
  async #beginnings(address: TopicAddress): Promise<PartitionOffsets> {
    const { registry, source } = this.#parts;
    const { uuid, settings } = this.#mapping;
    const decide = async () => Object.fromEntries(await source.beginnings(address, startOf(settings)));
    return asOffsets(await beginOnce(registry, uuid, decide));
  }

  #told(fault: ClusterFault | undefined): void {
    if (fault) this.#tell(fault);
    if (fault || this.#problem === undefined) return;
    this.#problem = undefined;
    this.#parts.processed('OK');
    this.#note('decision', 'The cluster can be used again');
  }

  #tell(error: unknown): void {
    const problem = this.#parts.source.problemOf(error);
    this.#parts.processed(problem);
    if (problem !== this.#problem) this.#note('fault', String(error));
    this.#problem = problem;
  }

  #note(kind: 'fault' | 'decision', what: string): void {
    const { uuid: mapping, sourceArn: arn } = this.#mapping;
    this.#parts.journal.append({ kind, what, mapping, arn });
  }
}

const asOffsets = (kept: Readonly<Record<string, number>>): PartitionOffsets =>
  new Map(Object.entries(kept).map(([partition, offset]) => [Number(partition), offset]));
