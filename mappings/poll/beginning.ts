import type { TopicStart } from '../../src/core/ports/consumer-group.ts';
import { isVersionConflict, type Registry } from '../../src/core/ports/registry.ts';
import type { StreamSettings } from './stream/stream-settings.ts';

/** Where the registry keeps at which places a mapping begins. */
export const beginningKey = (uuid: string): string => `lambda-beginnings/${uuid}`;

/** Decides where a mapping begins, once for all processes; whoever comes later gets what was kept. */
export async function beginOnce<Places>(
  registry: Registry,
  uuid: string,
  decide: () => Promise<Places>,
): Promise<Places> {
  const key = beginningKey(uuid);
  const kept = await registry.get<Places>(key);
  if (kept) return kept.value;
  const decided = await decide();
  try {
    await registry.put(key, decided, 0);
    return decided;
  } catch (error) {
    if (!isVersionConflict(error)) throw error;
    return (await registry.get<Places>(key))?.value ?? decided;
  }
}

/** Where reading starts that has not begun anywhere. */
export function startOf({
  startingPosition,
  startingTimestampMs,
}: Pick<StreamSettings, 'startingPosition' | 'startingTimestampMs'>): TopicStart {
  switch (startingPosition) {
    case 'TRIM_HORIZON':
      return { at: 'trim-horizon' };
    case 'LATEST':
      return { at: 'latest' };
    case 'AT_TIMESTAMP':
      return { at: 'timestamp', timestampMs: startingTimestampMs ?? 0 };
  }
}
