import type { ChangeRecord, TableWrite } from '../../../core/ports/table-store.ts';
import type { AttributeMap } from '../../../core/records/dynamodb-change.ts';
import { changeTexts } from './change-text.ts';
import { rowWithoutVersion } from './row.ts';

type Argument = string | number | Buffer;

/** What the commit's script takes: the time, and each write with what it records. */
export function commitArguments(nowMs: number, writes: readonly TableWrite[]): Argument[] {
  return [nowMs, writes.length, ...writes.flatMap(writeArguments)];
}

function writeArguments({ table, key, expected, edition, change, records = [] }: TableWrite): Argument[] {
  const begin = [table, Buffer.from(key, 'latin1'), expected ?? '', edition ?? ''];
  return [...begin, ...changeArguments(key, change), records.length, ...records.flatMap(recordArguments)];
}

function changeArguments(key: string, change: TableWrite['change']): Argument[] {
  if (!change) return ['check'];
  if (!hasItem(change)) return ['remove', ''];
  return ['put', rowWithoutVersion(key, change)];
}

const recordArguments = ({ stream, entry }: ChangeRecord): Argument[] => [stream, ...changeTexts(entry)];

type Change = NonNullable<TableWrite['change']>;

const hasItem = (change: Change): change is Change & { readonly item: AttributeMap } => change.item !== undefined;
