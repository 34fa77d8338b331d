import { isUtf8 } from 'node:buffer';
import { type EventPattern, parseEventPattern } from '../../../src/core/event-pattern/event-pattern.ts';
import { type LosslessJson, parseLosslessJson, toLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { KafkaRecord } from '../../../src/core/kafka/kafka-record.ts';
import { kafkaRecord } from '../../payload/kafka.ts';

/** What of a record is decoded before filters see it. */
const DATA = ['key', 'value'] as const;

/** A filter, with what is left of it when one or both of its data patterns do not fit the record. */
interface KafkaFilter {
  readonly whole: EventPattern;
  /** The pattern without these of its members; `undefined` when nothing is left, which lets all pass. */
  without(members: readonly string[]): EventPattern | undefined;
}

/** The filters of one mapping; one of them must match. */
export class KafkaFilters {
  readonly #filters: readonly KafkaFilter[];

  constructor(patterns: readonly string[]) {
    this.#filters = patterns.map(kafkaFilter);
  }

  /**
   * Whether a record passes. A data pattern counts only where data and pattern are of one form, text or JSON, and the data
   * is UTF-8; elsewhere the rest of the filter decides. …/lambda/latest/dg/kafka-filtering.html
   */
  passes(record: KafkaRecord): boolean {
    if (this.#filters.length === 0) return true;
    const data = new Map(DATA.map((name) => [name, decoded(record[name])]));
    return this.#filters.some(({ whole, without }) => {
      const unfit = DATA.filter((name) => !fits(whole.fieldKind(name), data.get(name)));
      const pattern = unfit.length === 0 ? whole : without(unfit);
      return pattern === undefined || pattern.matches(view(record, pattern, data));
    });
  }
}

/** Key or value as filters may see it. */
interface Decoded {
  /** Absent where there is none, or it is no UTF-8. */
  readonly text?: string | undefined;
  /** Absent where it is no object or list. */
  readonly json?: LosslessJson | undefined;
}

function decoded(bytes: Uint8Array | undefined): Decoded {
  if (!bytes || !isUtf8(bytes)) return {};
  const text = Buffer.from(bytes).toString();
  const json = /^\s*[{[]/.test(text) ? parseLosslessJson(text) : undefined;
  return { text, json: json?.kind === 'object' || json?.kind === 'array' ? json : undefined };
}

/** Whether what a filter says of it can be asked of it. */
function fits(kind: 'leaves' | 'fields' | undefined, data: Decoded | undefined): boolean {
  if (kind === undefined) return true;
  return kind === 'fields' ? data?.json !== undefined : data?.text !== undefined && data.json === undefined;
}

function view(record: KafkaRecord, pattern: EventPattern, data: ReadonlyMap<string, Decoded>): LosslessJson {
  const members = new Map<string, LosslessJson>();
  const asksMetadata = !DATA.some((name) => pattern.onlyField(name));
  const metadata = asksMetadata
    ? parseLosslessJson(kafkaRecord({ ...record, key: undefined, value: undefined }))
    : undefined;
  if (metadata?.kind === 'object') for (const [name, member] of metadata.members) members.set(name, member);
  for (const [name, { text, json }] of data) {
    if (text !== undefined) members.set(name, json ?? toLosslessJson(text));
  }
  return { kind: 'object', members, start: 0, end: 0 };
}

function kafkaFilter(text: string): KafkaFilter {
  const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
  const made = new Map<string, EventPattern | undefined>();
  return {
    whole: parseEventPattern(text, 'mapping'),
    without(names) {
      const key = names.join();
      if (!made.has(key)) made.set(key, patternOf(Object.entries(members).filter(([name]) => !names.includes(name))));
      return made.get(key);
    },
  };
}

function patternOf(members: readonly (readonly [string, unknown])[]): EventPattern | undefined {
  if (members.length === 0) return undefined;
  return parseEventPattern(JSON.stringify(Object.fromEntries(members)), 'mapping');
}
