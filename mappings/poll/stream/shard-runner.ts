import { BackendUnavailable } from '../../../src/core/errors.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import { limits } from '../../../src/core/limits.ts';
import type { ShardPage, StreamRecord, StreamSource } from '../../../src/core/source.ts';
import { recordBytes } from '../../payload/records.ts';
import { batchingWindowEndMs } from '../batching-window.ts';
import { countEvents } from '../mapping/event-counts.ts';
import { type Claim, isFenced } from './checkpoint/checkpoint-store.ts';
import { compareSequence, furthest, type LaneCheckpoint } from './checkpoint/shard-checkpoint.ts';
import { ShardProgress } from './checkpoint/shard-progress.ts';
import type { LaneParts } from './lane/attempt.ts';
import { Lane } from './lane/lane.ts';
import type { LaneShard } from './lane/lane-shard.ts';
import type { LaneRecord } from './lane/stream-batch.ts';
import { laneOf } from './lane-of.ts';
import { RecordAdmission } from './record-admission.ts';
import { type Fed, ShardFeed } from './shard-feed.ts';
import type { StreamFormat } from './stream-format.ts';
import type { StreamMapping, StreamSettings } from './stream-settings.ts';

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

/** How much of a shard waits in lanes before no more is read; see {@link readAhead}. */
const READ_AHEAD = { records: 10_000, bytes: 16 * 1024 * 1024 };

/** What is read of a backlog before others get their turn; a batch for each lane in any case. */
const PAGE_RECORDS = 1000;

/** Spreads the records of one shard over lanes by their keys, and keeps how far the shard is settled. */
export class ShardRunner implements LaneShard, Fed {
  readonly mapping: StreamMapping;
  readonly format: StreamFormat;
  readonly shardId: string;
  readonly cadenceMs: number;
  readonly finished: Promise<ShardEnd>;
  readonly #parts: ShardParts;
  readonly #shard: TakenShard;
  readonly #admission: RecordAdmission;
  readonly #feed: ShardFeed;
  readonly #lanes: readonly Lane[];
  readonly #progress: ShardProgress;
  /** Lanes of another number finish what they have begun, up to this sequence number, and no more. */
  readonly #catchUpTo: string | undefined;
  readonly #stopping = new AbortController();
  readonly #pageRecords: number;
  readonly #readAhead: { readonly records: number; readonly bytes: number };
  #waiting = { records: 0, bytes: 0 };
  #isRead = false;
  #isBackendAway = false;
  #retentionMs = Number.POSITIVE_INFINITY;
  #saved: Promise<void> = Promise.resolve();
  #saving: Promise<void> | undefined;

  constructor(parts: ShardParts, shard: TakenShard) {
    const { mapping, format, claim } = shard;
    this.#parts = parts;
    this.#shard = shard;
    this.mapping = mapping;
    this.format = format;
    this.shardId = shard.shardId;
    this.cadenceMs = format.cadenceMs(parts.timing);
    this.#admission = new RecordAdmission(mapping, format, parts.functions);
    this.#progress = new ShardProgress(claim.found.position);
    const { parallelizationFactor, batchSize } = mapping.settings;
    this.#readAhead = readAhead(mapping.settings);
    this.#pageRecords =
      this.cadenceMs > 0 ? this.#readAhead.records : Math.max(PAGE_RECORDS, batchSize * parallelizationFactor);
    const lanes = claim.found.lanes.length || parallelizationFactor;
    if (lanes !== parallelizationFactor) this.#catchUpTo = furthest(claim.found) ?? '';
    this.#lanes = Array.from({ length: lanes }, (_, index) => new Lane(parts, this, claim.found.lanes[index]));
    this.#feed = new ShardFeed(parts, this, this.#stopping.signal);
    this.finished = this.#run();
  }

  /** Of its claim: while the shard's checkpoint carries another, it has been taken or moved. */
  get token(): number {
    return this.#shard.claim.found.token;
  }

  get sourceArn() {
    return this.mapping.sourceArn;
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  get isRead(): boolean {
    return this.#isRead;
  }

  expiresAtMs({ record }: LaneRecord): number {
    const { maximumRecordAgeSeconds } = this.mapping.settings;
    const limitMs = maximumRecordAgeSeconds < 0 ? Number.POSITIVE_INFINITY : maximumRecordAgeSeconds * 1000;
    return record.event.occurredAtMs + Math.min(limitMs, this.#retentionMs);
  }

  isCaughtUp(): boolean {
    return this.#isRead || this.#feed.isCaughtUp();
  }

  batchingEndMs(previousEndMs: number | undefined): number {
    const windowMs = this.mapping.settings.windowSeconds * 1000;
    return batchingWindowEndMs(this.#parts.clock.nowMs(), previousEndMs, windowMs);
  }

  replayOf(sequenceNumber: string): string | undefined {
    const { replay } = this.#shard.claim.found;
    return replay && compareSequence(sequenceNumber, replay.before) < 0 ? replay.id : undefined;
  }

  processed(result: string): void {
    this.#shard.processed(result);
    if (result === 'OK') return;
    // Records may be kept for longer, or shorter, than when the shard was taken.
    void this.#parts.activity.during('asking for the retention', () => this.#askRetention()).catch(() => {});
  }

  async settle(records: readonly LaneRecord[]): Promise<void> {
    this.#progress.settle(records.map(({ place }) => place));
    this.#waiting.records -= records.length;
    for (const { bytes } of records) this.#waiting.bytes -= bytes;
    this.#feed.roomMade();
    await this.#save();
  }

  position(): string {
    return this.#progress.position;
  }

  room(): { readonly maxRecords: number; readonly maxBytes: number } | undefined {
    const maxRecords = Math.min(this.#readAhead.records - this.#waiting.records, this.#pageRecords);
    const maxBytes = this.#readAhead.bytes - this.#waiting.bytes;
    if (maxRecords > 0 && maxBytes > 0) return { maxRecords, maxBytes };
    return this.#lanes.some((lane) => lane.isRestoring) ? READ_AHEAD_AGAIN : undefined;
  }

  async take({ records, lost }: ShardPage): Promise<boolean> {
    if (lost > 0) this.#note('decision', `${lost} records of ${this.shardId} had expired before they were read`);
    await this.#admission.refresh();
    const before = this.#progress.position;
    const beyond = records.findIndex((record) => this.#isBeyond(record));
    const offered = beyond < 0 ? records : records.slice(0, beyond);
    const keptOut = offered.filter((record) => !this.#offer(record)).map(({ event }) => event.id);
    countEvents(this.#parts, this.mapping, { PolledEventCount: offered.length, FilteredOutEventCount: keptOut.length });
    if (keptOut.length > 0) this.#note('decision', `${keptOut.length} of ${this.shardId} filtered out`, keptOut);
    this.#wakeLanes();
    if (this.#progress.position !== before) await this.#save();
    return beyond >= 0;
  }

  caughtUp(): void {
    this.#wakeLanes();
  }

  failed(error: unknown): void {
    this.#note('fault', `Reading ${this.shardId} of ${this.sourceArn} failed: ${String(error)}`);
    if (!(error instanceof BackendUnavailable)) return;
    this.#isBackendAway = true;
    this.#shard.processed(`PROBLEM: ${error.message}`);
  }

  recovered(): void {
    this.#note('decision', `Reading ${this.shardId} of ${this.sourceArn} goes on`);
    if (this.#isBackendAway) this.#shard.processed('OK');
    this.#isBackendAway = false;
  }

  /** Takes nothing more and begins no further invocation; `finished` resolves when what is in flight is settled. */
  stop(): void {
    this.#stopping.abort();
    this.#wakeLanes();
  }

  async #run(): Promise<ShardEnd> {
    await this.#parts.activity.during('taking a shard', () => this.#askRetention()).catch(() => {});
    const lanes = Promise.all(this.#lanes.map((lane) => lane.run()));
    if (this.#catchUpTo !== '') await this.#feed.run();
    this.#isRead = true;
    this.#wakeLanes();
    await lanes;
    return await this.#parts.activity.during('ending a shard', () => this.#end());
  }

  async #end(): Promise<ShardEnd> {
    await this.#saved;
    if (this.stopping) return 'stopped';
    const ended = this.#catchUpTo === undefined;
    await this.#keep({ position: this.#progress.position, lanes: [], ended });
    if (this.stopping) return 'stopped';
    return ended ? 'ended' : 'again';
  }

  #wakeLanes(): void {
    for (const lane of this.#lanes) lane.wake();
  }

  #isBeyond({ event }: StreamRecord): boolean {
    return this.#catchUpTo !== undefined && compareSequence(event.position.sequenceNumber, this.#catchUpTo) > 0;
  }

  /** Hands a record to its lane; false when the filters keep it out. */
  #offer(record: StreamRecord): boolean {
    const { sequenceNumber } = record.event.position;
    const lane = this.#lanes[laneOf(record.key, this.#lanes.length)];
    const isSettled = lane?.hasSettled(sequenceNumber) ?? false;
    const text = isSettled ? undefined : this.#admission.textOf(record);
    const place = this.#progress.read(record.positionAfter, text === undefined);
    const bytes = text === undefined ? 0 : recordBytes(text);
    lane?.offer(sequenceNumber, text === undefined ? undefined : { record, text, bytes, place });
    this.#waiting.records += text === undefined ? 0 : 1;
    this.#waiting.bytes += bytes;
    return isSettled || text !== undefined;
  }

  async #askRetention(): Promise<void> {
    const stream = await this.#parts.source.describe(this.sourceArn);
    this.#retentionMs = stream?.retentionMs ?? Number.POSITIVE_INFINITY;
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
  #standing(): readonly LaneCheckpoint[] {
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
      this.#note(fenced ? 'decision' : 'fault', `The place in ${this.shardId} of ${this.sourceArn} ${what}`);
      if (fenced) this.stop();
    }
  }

  #note(kind: 'fault' | 'decision', what: string, eventIds?: readonly string[]): void {
    this.#parts.journal.append({ kind, what, eventIds, mapping: this.mapping.uuid, arn: this.sourceArn });
  }
}

/** What is read beyond the bound, so that a batch that was open can be put together again. */
const READ_AHEAD_AGAIN = { maxRecords: 1000, maxBytes: 1024 * 1024 };

/** While lanes wait for their batches to fill, reading goes on until one is full. */
function readAhead({ parallelizationFactor, batchSize, windowSeconds }: StreamSettings): typeof READ_AHEAD {
  if (windowSeconds === 0) return READ_AHEAD;
  return {
    records: Math.max(READ_AHEAD.records, parallelizationFactor * batchSize),
    bytes: Math.max(READ_AHEAD.bytes, parallelizationFactor * limits.syncPayloadBytes),
  };
}
