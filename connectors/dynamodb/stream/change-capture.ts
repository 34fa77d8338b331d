import type { Clock } from '../../../src/core/clock.ts';
import type { ChangeRecord, TableStore } from '../../../src/core/ports/table-store.ts';
import type { Random } from '../../../src/core/random.ts';
import type { Timing } from '../../../src/core/timing.ts';
import type { Destinations } from '../kinesis-destination/destinations.ts';
import { followDefinition } from '../table/follow-definition.ts';
import type { Table, TableStream } from '../table/table.ts';
import type { DefinitionTurn } from '../table/table-directory.ts';
import { changeOf, type ItemWrite } from './item-change.ts';
import type { Retention } from './retention.ts';
import { newestShard } from './stream.ts';
import type { StreamDirectory } from './stream-directory.ts';
import { type StreamSpecification, streamOfNewTable, streamOfUpdate } from './stream-specification.ts';

/** Where changes of items go: to their table's stream, and to Kinesis. What tables call of it. */
export interface ChangeCapture {
  /** What a write appends in its own commit; nothing when it changes nothing. */
  recordsOf(table: Table, write: ItemWrite): readonly ChangeRecord[];
  /** The table, which may be new, with the stream that is asked for. The caller puts it into the directory in the same turn. */
  specify(turn: DefinitionTurn, table: Table, specification: StreamSpecification | undefined): Promise<Table>;
  /** The table and its items are gone: its stream is disabled, and Kinesis gets what it has not got yet. */
  tableDeleted(table: Table): Promise<void>;
}

/** The writing side of streams. */
export function createChangeCapture(options: {
  readonly tables: TableStore;
  readonly directory: StreamDirectory;
  readonly retention: Retention;
  readonly destinations: Destinations;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: Timing;
}): ChangeCapture {
  const { tables, directory, retention, destinations, clock, random, timing } = options;
  const { changes } = tables;

  /** A shard that got nothing does not end: nobody could tell. */
  const rollWhenDue = ({ arn }: TableStream) => {
    const stream = directory.peek(arn);
    if (!stream) return;
    const { index, startedAtMs } = newestShard(stream);
    const isOld = clock.nowMs() >= startedAtMs + timing.tableShardLifeMs;
    if (isOld && changes.known(arn, index).next > 0) directory.roll(arn);
  };
  const decide = async (turn: DefinitionTurn, table: Table, specification: StreamSpecification | undefined) => {
    const known = await turn.find(table, table.name);
    return known?.id === table.id ? streamOfUpdate(known, specification) : streamOfNewTable(specification);
  };

  return {
    recordsOf(table, write) {
      const records: ChangeRecord[] = [];
      if (table.stream?.enabled) {
        const { arn, viewType } = table.stream;
        const entry = changeOf(write, viewType, eventId(random));
        if (entry) records.push({ stream: arn, entry });
        rollWhenDue(table.stream);
      }
      for (const { log, enabled } of table.destinations ?? []) {
        const entry = enabled && changeOf(write, 'NEW_AND_OLD_IMAGES', random.uuid());
        if (entry) records.push({ stream: log, entry });
      }
      if (records.length > 0) retention.expect();
      return records;
    },
    async specify(turn, table, specification) {
      const decision = await decide(turn, table, specification);
      if (decision.kind === 'none') return table;
      if (decision.kind === 'enable') {
        const { arn, label, viewType } = await directory.create(table, decision.viewType);
        return { ...table, stream: { arn, label, viewType, enabled: true } };
      }
      // Nothing may be written to the stream once it is closed, not even by a process that starts after this one's end.
      const disabled = await turn.put({ ...table, stream: table.stream && { ...table.stream, enabled: false } });
      await followDefinition(tables, disabled);
      if (table.stream) await directory.disable(table.stream.arn);
      return disabled;
    },
    async tableDeleted(table) {
      const { stream, destinations: streamed = [] } = table;
      for (const destination of streamed) if (destination.enabled) await destinations.end(table, destination);
      if (stream?.enabled) await directory.disable(stream.arn);
    },
  };
}

/** 32 hexadecimal digits. */
const eventId = (random: Random) => random.uuid().replaceAll('-', '');
