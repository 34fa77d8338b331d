import type { AttributeMap } from '../../../src/core/records/dynamodb-change.ts';
import { call } from '../engine/life.ts';
import { fromAttributes } from './attributes.ts';
import type { Life } from './life.ts';
import { keyOf, type Model, type ModelItem, modelText, textOf } from './model.ts';
import { TableName } from './request-input.ts';

interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly userIdentity?: { readonly Type?: string; readonly PrincipalId?: string };
  readonly dynamodb: {
    readonly Keys: AttributeMap;
    readonly NewImage?: AttributeMap;
    readonly OldImage?: AttributeMap;
    readonly SequenceNumber: string;
  };
}

/**
 * Makes the table again out of nothing but its stream, and says what does not fit. Each record must follow from the one
 * before: its old image is what the replay has, and it changes something. Only expiry is done by the service itself.
 */
export async function checkReplay(life: Life, model: Model): Promise<string | undefined> {
  const replayed = new Map<string, ModelItem>();
  let last = 0n;
  for (const record of await records(life)) {
    const wrong = applyRecord(replayed, record);
    if (wrong !== undefined) return wrong;
    const sequence = BigInt(record.dynamodb.SequenceNumber);
    if (sequence <= last) return `${sequence} comes after ${last}`;
    last = sequence;
  }
  const [got, wanted] = [modelText(replayed), modelText(model)];
  return got === wanted ? undefined : `the stream makes\n${got}\ninstead of\n${wanted}`;
}

function applyRecord(replayed: Map<string, ModelItem>, { eventName, dynamodb, userIdentity }: StreamRecord) {
  const { Keys, NewImage, OldImage } = dynamodb;
  const key = keyOf(fromAttributes(Keys));
  const before = textOf(replayed.get(key));
  const next = NewImage && fromAttributes(NewImage);
  const old = textOf(OldImage && fromAttributes(OldImage));
  const what = `${eventName} of ${key}`;
  if (old !== before) return `${what} has the old image ${old}, but the one before left ${before}`;
  if (textOf(next) === before) return `${what} changes nothing`;
  const name = before === 'nothing' ? 'INSERT' : next === undefined ? 'REMOVE' : 'MODIFY';
  if (eventName !== name) return `${what} should be ${name}`;
  const expired = userIdentity !== undefined;
  if (expired && (eventName !== 'REMOVE' || replayed.get(key)?.ttl === undefined)) return `${what} was no expiry`;
  if (next) replayed.set(key, next);
  else replayed.delete(key);
  return undefined;
}

/** All records of the stream, parents before children. */
async function records({ api, streamsApi }: Life): Promise<readonly StreamRecord[]> {
  const { Table } = await call<{ readonly Table: { readonly LatestStreamArn: string } }>(api, 'DescribeTable', {
    TableName,
  });
  const StreamArn = Table.LatestStreamArn;
  const { StreamDescription } = await call<{
    readonly StreamDescription: { readonly Shards: readonly { readonly ShardId: string }[] };
  }>(streamsApi, 'DescribeStream', { StreamArn });
  const found: StreamRecord[] = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const input = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    let { ShardIterator } = await call<{ ShardIterator?: string }>(streamsApi, 'GetShardIterator', input);
    while (ShardIterator) {
      const page = await call<{ readonly Records: readonly StreamRecord[]; readonly NextShardIterator?: string }>(
        streamsApi,
        'GetRecords',
        { ShardIterator },
      );
      found.push(...page.Records);
      ShardIterator = page.Records.length === 0 ? undefined : page.NextShardIterator;
    }
  }
  return found;
}
