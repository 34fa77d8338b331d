import type { ArchiveDeclaration, EventBusDeclaration } from '../../declarations/event-bus.ts';
import { type Applying, type Change, combine, orAbsent, sameText, withoutAbsent } from '../applying.ts';

/** Makes the archives of a bus, or updates what differs. */
export async function applyArchives(
  applying: Applying,
  bus: string,
  { archives = {} }: EventBusDeclaration,
): Promise<Change> {
  const changes: Change[] = [];
  for (const [name, declared] of Object.entries(archives))
    changes.push(await applyArchive(applying, bus, name, declared));
  return combine(changes) === 'unchanged' ? 'unchanged' : 'updated';
}

async function applyArchive(
  { call, arnOf }: Applying,
  bus: string,
  ArchiveName: string,
  { description: Description, eventPattern, retentionDays: RetentionDays }: ArchiveDeclaration,
): Promise<Change> {
  const EventPattern = eventPattern && JSON.stringify(eventPattern);
  const wanted = withoutAbsent({ Description, EventPattern, RetentionDays });
  const found = await orAbsent(call('events', 'DescribeArchive', { ArchiveName }));
  if (!found) {
    await call('events', 'CreateArchive', { ArchiveName, EventSourceArn: arnOf('events', bus), ...wanted });
    return 'created';
  }
  const isSame = ([member, value]: [string, unknown]) =>
    found[member] === value || (typeof value === 'string' && sameText(found[member] as string | undefined, value));
  if (Object.entries(wanted).every(isSame)) return 'unchanged';
  await call('events', 'UpdateArchive', { ArchiveName, ...wanted });
  return 'updated';
}
