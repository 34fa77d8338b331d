// A stream in memory and the mappings that take from it, on the virtual clock of the dispatch fakes.

import { createMappings, type MappingsOptions } from '../../mappings/poll/mappings.ts';
import { type Arn, asArn } from '../../src/core/arn.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { InvokeRequest } from '../../src/core/dispatch.ts';
import { HeadwaterError } from '../../src/core/errors.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { KinesisRecordEvent } from '../../src/core/records/kinesis-record.ts';
import type { ReadFrom, ShardPage, ShardReader, StreamRecord, StreamSource } from '../../src/core/source.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { type FakeFunction, FUNCTION, fakeFunction, returned, setUpDispatch, threw } from './dispatch-fakes.ts';
import { CONTEXT } from './mapping-fakes.ts';

export const STREAM = asArn('arn:aws:kinesis:us-east-1:000000000000:stream/s');
export const TABLE_STREAM = asArn('arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026-01-01T00:00:00.000');

interface Shard {
  readonly parentIds: readonly string[];
  readonly records: StreamRecord[];
  /** Records before this one are trimmed. */
  first: number;
  closed: boolean;
}

/** A stream whose shards are lists. */
export class FakeStream implements StreamSource {
  readonly service: string;
  readonly shardMap = new Map<string, Shard>();
  retentionMs = 24 * 3600 * 1000;
  exists = true;
  /** Reads fail while it is positive. */
  failingReads = 0;
  readonly #clock: Clock;
  readonly #arn: Arn;
  readonly #waiting = new Set<() => void>();
  readonly #resharded = new Set<() => void>();

  constructor(clock: Clock, arn: Arn) {
    this.#clock = clock;
    this.#arn = arn;
    this.service = arn.split(':')[2] ?? '';
    this.open('shard-0');
  }

  open(shardId: string, ...parentIds: readonly string[]): void {
    this.shardMap.set(shardId, { parentIds, records: [], first: 0, closed: false });
    for (const parentId of parentIds) this.#shard(parentId).closed = true;
    this.#wake();
    for (const changed of this.#resharded) changed();
  }

  /** Appends to a shard; a text that names a key as `key:text` is of that key. */
  put(shardId: string, ...texts: readonly string[]): void {
    const { records } = this.#shard(shardId);
    for (const text of texts) {
      const key = /^([\w-]+):/.exec(text)?.[1] ?? 'k';
      records.push(this.#record(shardId, records.length, { key, text }));
    }
    this.#wake();
  }

  trim(shardId: string, count: number): void {
    this.#shard(shardId).first = count;
  }

  /** The stream is deleted. */
  delete(): void {
    this.exists = false;
    this.shardMap.clear();
    for (const changed of this.#resharded) changed();
  }

  /** The shard is gone, as one that is closed and whose records have expired. */
  forget(shardId: string): void {
    this.shardMap.delete(shardId);
  }

  close(shardId: string): void {
    this.#shard(shardId).closed = true;
    this.#wake();
  }

  async describe(arn: Arn) {
    return this.exists && arn.startsWith(this.#arn) ? { arn, retentionMs: this.retentionMs } : undefined;
  }

  async shards() {
    if (!this.exists) return [];
    return [...this.shardMap].map(([shardId, { parentIds }]) => ({ shardId, parentIds }));
  }

  onReshard(_arn: Arn, changed: () => void): Disposable {
    this.#resharded.add(changed);
    return { [Symbol.dispose]: () => this.#resharded.delete(changed) };
  }

  async extent(_arn: Arn, shardId: string) {
    const shard = this.shardMap.get(shardId);
    return shard && { count: shard.records.length - shard.first, closed: shard.closed };
  }

  async reader(_arn: Arn, shardId: string, from: ReadFrom): Promise<ShardReader | undefined> {
    const shard = this.shardMap.get(shardId);
    if (!shard) return undefined;
    const read = { next: startOf(shard, from), told: false };
    return {
      get position() {
        return String(read.next);
      },
      read: (limits, signal) => this.#read(shard, read, limits.maxRecords, signal),
      due: () => ({
        dueNow: shard.records.length - Math.max(read.next, shard.first) + Number(shard.closed && !read.told),
      }),
      [Symbol.dispose]: () => {},
    };
  }

  async #read(
    shard: Shard,
    read: { next: number; told: boolean },
    maxRecords: number,
    signal: AbortSignal,
  ): Promise<ShardPage> {
    if (this.failingReads > 0) {
      this.failingReads--;
      throw new HeadwaterError('READ_FAILED', 'the shard cannot be read');
    }
    while (!signal.aborted && shard.records.length <= read.next && !shard.closed) await this.#change(signal);
    if (signal.aborted) return { records: [], ended: false, lost: 0 };
    const lost = Math.max(0, shard.first - read.next);
    const records = shard.records.slice(read.next + lost, read.next + lost + maxRecords);
    read.next += lost + records.length;
    const ended = shard.closed && read.next === shard.records.length;
    read.told = ended;
    return { records, ended, lost };
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        this.#waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      this.#waiting.add(go);
      signal.addEventListener('abort', go, { once: true });
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #shard(shardId: string): Shard {
    const shard = this.shardMap.get(shardId);
    if (!shard) throw new Error(`no shard ${shardId}`);
    return shard;
  }

  #record(
    shardId: string,
    index: number,
    { key, text }: { readonly key: string; readonly text: string },
  ): StreamRecord {
    const arrivedAtMs = this.#clock.nowMs();
    const sequenceNumber = String(100 + index);
    const event = {
      id: `${shardId}:${sequenceNumber}`,
      sourceArn: this.#arn,
      occurredAtMs: arrivedAtMs,
      position: { shardId, sequenceNumber },
    };
    const positionAfter = String(index + 1);
    const image = { id: { S: key }, text: { S: text } };
    return this.service === 'kinesis'
      ? {
          event: {
            ...event,
            source: 'kinesis',
            name: 'aws:kinesis:record',
            detail: { partitionKey: key, data: Buffer.from(text), arrivedAtMs },
          } as KinesisRecordEvent & StreamRecord['event'],
          key,
          positionAfter,
        }
      : {
          event: {
            ...event,
            source: 'dynamodb',
            name: 'INSERT',
            detail: {
              eventId: sequenceNumber.padStart(32, '0'),
              keys: { id: { S: key } },
              newImage: image,
              sizeBytes: 10,
              viewType: 'NEW_IMAGE',
            },
          } as StreamRecord['event'],
          key,
          positionAfter,
        };
  }
}

function startOf(shard: Shard, from: ReadFrom): number {
  switch (from.at) {
    case 'trim-horizon':
      return shard.first;
    case 'latest':
      return shard.records.length;
    case 'timestamp': {
      const index = shard.records.findIndex(({ event }) => event.occurredAtMs >= from.timestampMs);
      return index < 0 ? shard.records.length : index;
    }
    case 'sequence-number':
      return Number(from.sequenceNumber) - 100;
    case 'after-sequence-number':
      return Number(from.sequenceNumber) - 99;
    case 'position':
      return Number(from.position);
  }
}

/** One record of an event as functions see it. */
interface SeenRecord {
  readonly kinesis?: { readonly data: string; readonly sequenceNumber: string };
  readonly dynamodb?: {
    readonly NewImage: { readonly text: { readonly S: string } };
    readonly SequenceNumber: string;
  };
}

/** An event as functions see it. */
export interface SeenEvent {
  readonly Records: readonly SeenRecord[];
  readonly window?: { readonly start: string; readonly end: string };
  readonly state?: unknown;
  readonly shardId?: string;
  readonly isFinalInvokeForWindow?: boolean;
  readonly isWindowTerminatedEarly?: boolean;
}

export const eventOf = ({ payload }: Pick<InvokeRequest, 'payload'>) =>
  JSON.parse(Buffer.from(payload).toString()) as SeenEvent;

/** The texts that were put. */
export const textsOf = (event: SeenEvent): string[] =>
  event.Records.map(({ kinesis, dynamodb }) =>
    kinesis ? Buffer.from(kinesis.data, 'base64').toString() : (dynamodb?.NewImage.text.S ?? ''),
  );

/** A function that fails for batches with a record whose text begins with `bad`. */
export const failsOnBad: FakeFunction['handler'] = (request) =>
  textsOf(eventOf(request)).some((text) => /(^|:)bad/.test(text)) ? threw('bad record') : returned('null');

/** A function that reports each record whose text begins with `bad`. */
export const reportsBad: FakeFunction['handler'] = (request) => {
  const failed = eventOf(request).Records.filter((record) => /(^|:)bad/.test(textsOf({ Records: [record] })[0] ?? ''));
  const identifiers = failed.map(({ kinesis, dynamodb }) => kinesis?.sequenceNumber ?? dynamodb?.SequenceNumber);
  return returned(JSON.stringify({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) }));
};

/** Mappings over one stream and one function `fn`; `batches` notes what each invocation got, and when. */
export function setUpStream(
  options: Parameters<typeof setUpDispatch>[0] & {
    readonly arn?: Arn;
    readonly registry?: Registry;
    readonly source?: FakeStream;
    readonly parts?: ReturnType<typeof setUpDispatch>;
  } = {},
) {
  const parts = options.parts ?? setUpDispatch(options);
  const arn = options.arn ?? STREAM;
  const stream = options.source ?? new FakeStream(parts.clock, arn);
  const batches: string[][] = [];
  const startMs = parts.clock.nowMs();
  const times: number[] = [];
  const answer = { handler: (() => returned('null')) as FakeFunction['handler'] };
  const fn = fakeFunction((request) => {
    batches.push(textsOf(eventOf(request)));
    times.push(parts.clock.nowMs() - startMs);
    return answer.handler(request);
  });
  parts.functions.set(FUNCTION, fn);
  const registry = options.registry ?? parts.registry;
  const mappingsOptions: MappingsOptions = {
    ...parts,
    registry,
    sources: new Map(),
    streams: new Map([[stream.service, stream]]),
    functions: parts.directory,
    capacity: options.capacity ?? 100,
  };
  const mappings = createMappings(mappingsOptions);
  parts.atEnd(() => mappings.close(0));
  const create = (input: Record<string, unknown> = {}) =>
    mappings.create({ FunctionName: 'fn', EventSourceArn: arn, StartingPosition: 'TRIM_HORIZON', ...input }, CONTEXT);
  const settled = () => parts.activity.rest(PATIENCE_MS);
  return { ...parts, parts, stream, batches, times, answer, fn, registry, mappings, mappingsOptions, create, settled };
}
