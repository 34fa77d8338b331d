import type { Due } from '../../../src/core/activity.ts';
import { parseArn } from '../../../src/core/arn.ts';
import { sleep } from '../../../src/core/clock.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import type { ShardPage, ShardReader, StreamRecord, StreamSource } from '../../../src/core/source.ts';
import { recordBytes } from '../../payload/records.ts';
import { batchingWindowEndMs } from '../batching-window.ts';
import { type Filters, parseFilters, passes } from '../filter-criteria.ts';
import { type Claim, isFenced } from './checkpoint/checkpoint-store.ts';
import { compareSequence, furthest } from './checkpoint/shard-checkpoint.ts';
import { ShardProgress } from './checkpoint/shard-progress.ts';
import { Lane } from './lane.ts';
import type { LaneParts } from './lane-attempt.ts';
import { laneOf } from './lane-of.ts';
import type { LaneShard } from './lane-shard.ts';
import type { LaneRecord } from './stream-batch.ts';
import type { StreamFormat } from './stream-format.ts';
import type { StreamMapping } from './stream-settings.ts';

/** What running the shards of a stream needs. */
export interface ShardParts extends LaneParts {
  readonly source: StreamSource;
  readonly functions: FunctionDirectory;
}

/** A shard that a runner has taken. */
export interface TakenShard {
  readonly mapping: StreamMapping;
  readonly format: StreamFormat;
  readonly shardId: string;
  readonly claim: Claim;
  readonly processed: (result: string) => void;
}

/**
 * Why a shard is not run any more: it is at its end; it was stopped, or another runner took it; or it must be taken again,
 * because it has settled what was begun with another number of lanes.
 */
export type ShardEnd = 'ended' | 'stopped' | 'again';

/** How much of a shard waits in lanes before no more is read. */
const READ_AHEAD = { records: 10_000, bytes: 16 * 1024 * 1024 };

/** Reads one shard in order, spreads its records over lanes by their keys, and keeps how far it is settled. */
export class ShardRunner implements LaneShard {
  readonly mapping: StreamMapping;
  readonly format: StreamFormat;
  readonly shardId: string;
  readonly finished: Promise<ShardEnd>;
  readonly #parts: ShardParts;
  readonly #shard: TakenShard;
  readonly #filters: Filters;
  readonly #lanes: readonly Lane[];
  readonly #progress: ShardProgress;
  /** Lanes of another number finish what they have begun, up to this sequence number, and no more. */
  readonly #catchUpTo: string | undefined;
  readonly #stopping = new AbortController();
  #reader: ShardReader | undefined;
  #waiting = { records: 0, bytes: 0 };
  #isRead = false;
  #retentionMs = Number.POSITIVE_INFINITY;
  #restingUntilMs: number | undefined;
  #roleArn = '';
  #roomMade = () => {};
  #saved: Promise<void> = Promise.resolve();
  #saving: Promise<void> | undefined;

  constructor(parts: ShardParts, shard: TakenShard) {
    this.#parts = parts;
    this.#shard = shard;
    this.mapping = shard.mapping;
    this.format = shard.format;
    this.shardId = shard.shardId;
    const { found } = shard.claim;
    const { filters, parallelizationFactor } = shard.mapping.settings;
    this.#filters = parseFilters(filters);
    this.#progress = new ShardProgress(found.position);
    const count = found.lanes.length || parallelizationFactor;
    if (count !== parallelizationFactor) this.#catchUpTo = furthest(found) ?? '';
    this.#lanes = Array.from({ length: count }, (_, index) => new Lane(parts, this, found.lanes[index]));
    this.finished = this.#run();
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  get maxAgeMs(): number {
    const { maximumRecordAgeSeconds } = this.mapping.settings;
    return Math.min(
      maximumRecordAgeSeconds < 0 ? Number.POSITIVE_INFINITY : maximumRecordAgeSeconds * 1000,
      this.#retentionMs,
    );
  }

  isCaughtUp(): boolean {
    return this.#isRead || this.#reader?.due().dueNow === 0;
  }

  batchingEndMs(previousEndMs: number | undefined): number {
    const windowMs = this.mapping.settings.windowSeconds * 1000;
    return batchingWindowEndMs(this.#parts.clock.nowMs(), previousEndMs, windowMs);
  }

  processed(result: string): void {
    this.#shard.processed(result);
    if (result !== 'OK') void this.#parts.activity.during('asking for the retention', () => this.#askRetention());
  }

  async settle(records: readonly LaneRecord[]): Promise<void> {
    this.#progress.settle(records.map(({ place }) => place));
    this.#waiting.records -= records.length;
    for (const { bytes } of records) this.#waiting.bytes -= bytes;
    this.#roomMade();
    await this.#save();
  }

  /** Takes nothing more and begins no further invocation; `finished` resolves when what is in flight is settled. */
  stop(): void {
    this.#stopping.abort();
    this.#roomMade();
    for (const lane of this.#lanes) lane.wake();
  }

  async #run(): Promise<ShardEnd> {
    const lanes = Promise.all(this.#lanes.map((lane) => lane.run()));
    await this.#readAll();
    this.#isRead = true;
    for (const lane of this.#lanes) lane.wake();
    await lanes;
    using _token = this.#parts.activity.begin('ending a shard');
    if (this.stopping) await this.#saved;
    if (this.stopping) return 'stopped';
    const ended = this.#catchUpTo === undefined;
    await this.#parts.activity.during('keeping a checkpoint', () =>
      this.#keep({ position: this.#progress.position, lanes: [], ended }),
    );
    return this.stopping ? 'stopped' : ended ? 'ended' : 'again';
  }

  /** Reads until the shard's end, or until it is stopped. */
  async #readAll(): Promise<void> {
    if (this.#catchUpTo === '') return;
    using _probe = this.#parts.activity.probe(() => this.#due());
    const { signal } = this.#stopping;
    let failures = 0;
    try {
      while (!signal.aborted) {
        try {
          if (await this.#readOnce(signal)) return;
          failures = 0;
        } catch (error) {
          failures++;
          this.#note('fault', `Reading ${this.shardId} of ${this.mapping.sourceArn} failed: ${String(error)}`);
          this.#close();
          await this.#rest(Math.min(2 ** failures * 100, this.#parts.timing.mappingThrottleMaxDelayMs), signal);
        }
      }
    } finally {
      this.#close();
    }
  }

  /** True at the end of what there is to read. */
  async #readOnce(signal: AbortSignal): Promise<boolean> {
    const reader = this.#reader ?? (await this.#parts.activity.during('opening a shard', () => this.#open()));
    if (!reader) return true;
    if (!this.#hasRoom()) {
      await new Promise<void>((resolve) => {
        this.#roomMade = resolve;
      });
      return false;
    }
    const cadenceMs = this.format.cadenceMs(this.#parts.timing);
    if (cadenceMs > 0 && reader.due().dueNow === 0) {
      await this.#rest(cadenceMs, signal);
      return false;
    }
    const page = await reader.read(this.#pageLimits(), signal);
    const atEnd = await this.#parts.activity.during('reading a shard', () => this.#take(page));
    if (!atEnd && cadenceMs > 0) await this.#rest(cadenceMs, signal);
    return atEnd;
  }

  async #open(): Promise<ShardReader | undefined> {
    await this.#askRetention();
    const from = { at: 'position', position: this.#progress.position } as const;
    this.#reader = await this.#parts.source.reader(this.mapping.sourceArn, this.shardId, from);
    return this.#reader;
  }

  #close(): void {
    this.#reader?.[Symbol.dispose]();
    this.#reader = undefined;
  }

  #pageLimits() {
    const { records, bytes } = this.#waiting;
    return {
      maxRecords: Math.max(1, READ_AHEAD.records - records),
      maxBytes: Math.max(1, READ_AHEAD.bytes - bytes),
    };
  }

  /** True when nothing comes after this page. */
  async #take({ records, ended, lost }: ShardPage): Promise<boolean> {
    if (lost > 0) this.#note('decision', `${lost} records of ${this.shardId} had expired before they were read`);
    await this.#askRole();
    const before = this.#progress.position;
    for (const record of records) {
      const { sequenceNumber } = record.event.position;
      if (this.#catchUpTo !== undefined && compareSequence(sequenceNumber, this.#catchUpTo) > 0) return true;
      this.#offer(record);
    }
    for (const lane of this.#lanes) lane.wake();
    if (this.#progress.position !== before) await this.#save();
    return ended;
  }

  #offer(record: StreamRecord): void {
    const { sequenceNumber } = record.event.position;
    const lane = this.#lanes[laneOf(record.key, this.#lanes.length)];
    const text = lane?.hasSettled(sequenceNumber) ? undefined : this.#admit(record);
    const place = this.#progress.read(record.positionAfter, text === undefined);
    if (text === undefined) return lane?.offer(sequenceNumber, undefined);
    const bytes = recordBytes(text);
    this.#waiting.records++;
    this.#waiting.bytes += bytes;
    lane?.offer(sequenceNumber, { record, text, bytes, place });
  }

  /** The record's JSON, unless the filters keep it out. */
  #admit(record: StreamRecord): string | undefined {
    const { sourceArn, region } = this.mapping;
    const text = this.format.record(record, {
      sourceArn,
      region: parseArn(sourceArn)?.region ?? region,
      roleArn: this.#roleArn,
    });
    if (this.#filters.length === 0 || passes(this.#filters, this.format.view(record, text))) return text;
    return undefined;
  }

  async #askRole(): Promise<void> {
    const found = await this.#parts.functions.resolve(this.mapping.functionArn);
    if (found.kind === 'found') this.#roleArn = found.spec.role;
  }

  async #askRetention(): Promise<void> {
    const stream = await this.#parts.source.describe(this.mapping.sourceArn);
    this.#retentionMs = stream?.retentionMs ?? Number.POSITIVE_INFINITY;
  }

  #hasRoom(): boolean {
    const { records, bytes } = this.#waiting;
    const isFull = records >= READ_AHEAD.records || bytes >= READ_AHEAD.bytes;
    return !isFull || this.#lanes.some((lane) => lane.isRestoring);
  }

  async #rest(delayMs: number, signal: AbortSignal): Promise<void> {
    this.#restingUntilMs = this.#parts.clock.nowMs() + delayMs;
    await sleep(this.#parts.clock, delayMs, signal).catch(() => {});
    this.#restingUntilMs = undefined;
  }

  /** What could be read at this instant: nothing while it rests or has no room. */
  #due(): Due {
    if (this.stopping || !this.#reader || !this.#hasRoom()) return { dueNow: 0 };
    if (this.#restingUntilMs !== undefined) return { dueNow: 0, nextDueAtMs: this.#restingUntilMs };
    return this.#reader.due();
  }

  /** Writes follow each other, and what is settled while one is under way goes into the next. */
  #save(): Promise<void> {
    this.#saving ??= this.#saved.then(() => {
      this.#saving = undefined;
      this.#saved = this.#keep({ position: this.#progress.position, lanes: this.#standing(), ended: false });
      return this.#saved;
    });
    return this.#saving;
  }

  /** Where the lanes stand; nothing when the position says it all. */
  #standing() {
    const lanes = this.#lanes.map((lane) => lane.checkpoint());
    const isSaid = this.#progress.isLevel || lanes.length === 1;
    return isSaid && lanes.every(({ open, window }) => open.length === 0 && !window) ? [] : lanes;
  }

  async #keep(standing: Parameters<Claim['save']>[0]): Promise<void> {
    try {
      await this.#shard.claim.save(standing);
    } catch (error) {
      const fenced = isFenced(error);
      const what = fenced ? 'was taken by another runner' : `could not be kept: ${String(error)}`;
      this.#note(fenced ? 'decision' : 'fault', `The place in ${this.shardId} of ${this.mapping.sourceArn} ${what}`);
      if (fenced) this.stop();
    }
  }

  #note(kind: 'fault' | 'decision', what: string): void {
    this.#parts.journal.append({ kind, what, mapping: this.mapping.uuid, arn: this.mapping.sourceArn });
  }
}
