import type { EventBusDeclaration } from '../../declarations/event-bus.ts';
import { applyTags, tagList } from '../apply-tags.ts';
import { type Applying, type Change, orAbsent, sameText, withoutAbsent } from '../applying.ts';

/** Makes the bus, or sets what differs. */
export async function applyEventBus(applying: Applying, Name: string, declared: EventBusDeclaration): Promise<Change> {
  const { call, arnOf } = applying;
  const { description: Description, policy, tags } = declared;
  const found = await orAbsent(call('events', 'DescribeEventBus', { Name }));
  if (!found) {
    const Tags = tags && tagList(tags);
    await call('events', 'CreateEventBus', withoutAbsent({ Name, Description, Tags }));
  }
  const changes = [
    found !== undefined && (await describe(applying, Name, Description, found)),
    await allow(applying, Name, policy, found),
    found !== undefined && (await applyTags(applying, 'events', arnOf('events', Name), tags)),
  ];
  if (!found) return 'created';
  return changes.includes(true) ? 'updated' : 'unchanged';
}

type Found = Readonly<Record<string, unknown>>;

async function describe({ call }: Applying, Name: string, wanted: string | undefined, found: Found): Promise<boolean> {
  if (wanted === undefined || found['Description'] === wanted) return false;
  await call('events', 'UpdateEventBus', { Name, Description: wanted });
  return true;
}

async function allow(
  { call }: Applying,
  EventBusName: string,
  policy: EventBusDeclaration['policy'],
  found: Found | undefined,
): Promise<boolean> {
  if (!policy) return false;
  const Policy = JSON.stringify(policy);
  if (sameText(found?.['Policy'] as string | undefined, Policy)) return false;
  await call('events', 'PutPermission', { EventBusName, Policy });
  return true;
}
