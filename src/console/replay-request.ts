import { type Arn, asArn, DEFAULT_ACCOUNT, DEFAULT_REGION, formatArn, parseArn } from '../core/arn.ts';
import { durationMs } from '../core/duration.ts';
import type {
  JournalRange,
  MoveRequest,
  RangeEnd,
  RangeStart,
  RecordRange,
  RecordRequest,
  RedriveRequest,
  ReplayRequest,
  Speed,
} from '../core/replay.ts';
import { AdminError } from './admin-error.ts';

/** Members of a request as they came, from JSON or from a query. */
export type Members = Readonly<Record<string, unknown>>;

const RANGE = ['shard', 'from', 'after', 'since', 'until', 'available'];
const REPLAY = ['source', 'journal', 'event', 'mapping', 'function', 'batchSize', 'speed', 'moveCheckpoint', ...RANGE];

/** Reads what `POST replay` takes: a replay, or a mapping's new place. */
export function readReplay(
  members: Members,
  nowMs: number,
):
  | { readonly kind: 'replay'; readonly request: ReplayRequest }
  | { readonly kind: 'move'; readonly request: MoveRequest } {
  refuseUnknown(members, REPLAY);
  if (flag(members, 'moveCheckpoint')) return { kind: 'move', request: readMove(members, nowMs) };
  const fromJournal = flag(members, 'journal');
  if (fromJournal) refuseBeside(members, 'journal', ['source', 'shard', 'from', 'after', 'available', 'batchSize']);
  else refuseWithout(members, 'journal', ['event']);
  const request: ReplayRequest = {
    source: fromJournal
      ? { kind: 'journal', range: journalRange(members, nowMs) }
      : { kind: 'stream', arn: optionalArn(members, 'source'), range: recordRange(members, nowMs) },
    mapping: text(members, 'mapping'),
    functionName: text(members, 'function'),
    batchSize: batchSize(members),
    speed: readSpeed(members['speed']),
  };
  return { kind: 'replay', request };
}

function readMove(members: Members, nowMs: number): MoveRequest {
  refuseBeside(members, 'moveCheckpoint', ['journal', 'event', 'source', 'function', 'batchSize', 'speed', 'until']);
  const mapping = text(members, 'mapping');
  if (mapping === undefined) throw invalid('"moveCheckpoint" needs the "mapping" whose place it moves');
  return { mapping, range: recordRange(members, nowMs) };
}

/** Reads what `POST redrive` takes. */
export function readRedrive(members: Members): RedriveRequest {
  refuseUnknown(members, ['records', 'queue', 'region', 'function', 'available']);
  const { records, queue } = members;
  const functionName = text(members, 'function');
  const available = flag(members, 'available');
  if (Array.isArray(records) && queue === undefined) {
    refuseWithout(members, 'queue', ['region']);
    return { from: { records }, functionName, available };
  }
  if (typeof queue === 'string' && records === undefined) {
    return { from: { queue: queueArn(queue, text(members, 'region')) }, functionName, available };
  }
  throw invalid('Send either "records", a list of failure records, or "queue", the name, URL or ARN of a queue');
}

/** Reads the query of `GET record`. */
export function readRecord(members: Members, nowMs: number): RecordRequest {
  refuseUnknown(members, ['source', 'follow', ...RANGE]);
  const arn = optionalArn(members, 'source');
  if (arn === undefined) throw invalid('"source" takes the ARN of a stream');
  const follow = flag(members, 'follow');
  if (follow) refuseBeside(members, 'follow', ['until']);
  return { arn, range: recordRange(members, nowMs), follow };
}

/** Reads the query of `POST publish`. */
export function readPublish(members: Members): { readonly into: Arn | undefined; readonly speed: Speed } {
  refuseUnknown(members, ['into', 'speed']);
  return { into: optionalArn(members, 'into'), speed: readSpeed(members['speed']) };
}

function recordRange(members: Members, nowMs: number): RecordRange {
  const from = rangeStart(members, nowMs);
  const until = members['until'] === undefined ? undefined : rangeEnd(members['until'], nowMs);
  if (until !== undefined && isBefore(until, from)) throw reversed();
  return { shardId: text(members, 'shard'), from, until, available: flag(members, 'available') };
}

function isBefore(end: RangeEnd, start: RangeStart): boolean {
  if ('timestampMs' in end) return 'timestampMs' in start && end.timestampMs < start.timestampMs;
  return 'sequenceNumber' in start && BigInt(end.sequenceNumber) < BigInt(start.sequenceNumber);
}

const reversed = () => invalid('The range ends before it begins: "until" comes before its start');

function rangeStart(members: Members, nowMs: number): RangeStart {
  const [name, ...others] = ['from', 'after', 'since'].filter((each) => members[each] !== undefined);
  if (others.length > 0) throw invalid('Only one of "from", "after" and "since" says where to begin');
  if (name === undefined) return { at: 'trim-horizon' };
  if (name === 'since') return { at: 'timestamp', timestampMs: instant(members, 'since', nowMs) };
  const sequenceNumber = text(members, name) ?? '';
  if (!/^\d+$/.test(sequenceNumber)) throw invalid(`"${name}" takes a sequence number; got ${shown(members[name])}`);
  return { at: name === 'from' ? 'sequence-number' : 'after-sequence-number', sequenceNumber };
}

/** Sequence numbers have 21 digits and more, milliseconds since 1970 fewer. */
const SEQUENCE_NUMBER = /^\d{20,}$/;

function rangeEnd(until: unknown, nowMs: number): RangeEnd {
  if (typeof until === 'string' && SEQUENCE_NUMBER.test(until)) return { sequenceNumber: until };
  return { timestampMs: instant({ until }, 'until', nowMs) };
}

function journalRange(members: Members, nowMs: number): JournalRange {
  const sinceMs = members['since'] === undefined ? undefined : instant(members, 'since', nowMs);
  const untilMs = members['until'] === undefined ? undefined : instant(members, 'until', nowMs);
  if (sinceMs !== undefined && untilMs !== undefined && untilMs < sinceMs) throw reversed();
  return { mapping: text(members, 'mapping'), event: text(members, 'event'), sinceMs, untilMs };
}

/** An instant of the endpoint's clock: a date, milliseconds since 1970, or how long ago. */
function instant(members: Members, name: string, nowMs: number): number {
  const value = members[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  const agoMs = typeof value === 'string' ? durationMs(value) : undefined;
  if (agoMs !== undefined) return nowMs - agoMs;
  const dateMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(dateMs)) return dateMs;
  const example = '2026-01-01T00:00:00Z, or how long ago, e.g. 15m';
  throw invalid(`"${name}" takes an instant, e.g. ${example}; got ${shown(value)}`);
}

function readSpeed(value: unknown): Speed {
  if (value === undefined || value === 'full') return Number.POSITIVE_INFINITY;
  if (value === 'original') return 1;
  const factor = typeof value === 'string' ? Number(value.replace(/x$/, '') || 'none') : value;
  if (typeof factor === 'number' && factor > 0 && Number.isFinite(factor)) return factor;
  throw invalid(`"speed" takes "full", "original" or a number above 0, e.g. 10; got ${shown(value)}`);
}

function batchSize(members: Members): number | undefined {
  const value = members['batchSize'];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 10_000) return value;
  throw invalid(`"batchSize" takes a whole number from 1 to 10000; got ${shown(value)}`);
}

function text(members: Members, name: string): string | undefined {
  const value = members[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalid(`"${name}" takes a text; got ${shown(value)}`);
}

/** In a query `1` says yes. */
function flag(members: Members, name: string): boolean {
  const value = members[name] ?? false;
  if (value === true || value === '1' || value === 'true') return true;
  if (value === false || value === '0' || value === 'false') return false;
  throw invalid(`"${name}" takes true or false; got ${shown(value)}`);
}

function optionalArn(members: Members, name: string): Arn | undefined {
  const value = text(members, name);
  if (value === undefined || parseArn(value)) return value === undefined ? undefined : asArn(value);
  throw invalid(`"${name}" takes an ARN; got ${shown(value)}`);
}

/** A URL ends in the account and the name, and does not tell the region; a bare name is one of the default account. */
function queueArn(queue: string, region: string | undefined): Arn {
  if (parseArn(queue)) {
    if (region !== undefined) throw invalid('"region" says nothing beside the ARN of a queue');
    return asArn(queue);
  }
  const [, account = DEFAULT_ACCOUNT, resource = queue] = /\/(\d{12})\/([^/]+)$/.exec(queue) ?? [];
  return formatArn({ service: 'sqs', region: region ?? DEFAULT_REGION, account, resource });
}

function refuseUnknown(members: Members, known: readonly string[]): void {
  const unknown = Object.keys(members).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(`"${unknown}" is not known; there are ${known.join(', ')}`);
}

/** What would be ignored is refused. */
function refuseBeside(members: Members, name: string, others: readonly string[]): void {
  const other = others.find((each) => members[each] !== undefined);
  if (other !== undefined) throw invalid(`"${other}" says nothing beside "${name}"`);
}

function refuseWithout(members: Members, name: string, others: readonly string[]): void {
  const other = others.find((each) => members[each] !== undefined);
  if (other !== undefined) throw invalid(`"${other}" says nothing without "${name}"`);
}

const invalid = (message: string) => new AdminError(400, 'INVALID_REPLAY', message);
const shown = (value: unknown) => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
