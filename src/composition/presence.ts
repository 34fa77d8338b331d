import type { Settings } from '../config/options.ts';
import type { HeadwaterError } from '../core/errors.ts';
import { type AskIdleness, ownIdleness } from '../core/idleness.ts';
import type { Closing } from './closing.ts';
import type { Ground } from './ground.ts';
import type { Ports } from './ports.ts';

/**
 * Announces this process to those that share its namespace; rejects with `SHARING_REFUSED` when they cannot work together.
 * @param refused told when, after a long outage, it must not go on
 */
export async function announce(
  { backends: { redis: link, members } }: Ground,
  ports: Ports,
  { clock, backends: { namespace } }: Settings,
  refused: (error: HeadwaterError) => void,
  closing: Closing[],
): Promise<void> {
  if (!link || !members) return;
  const { openPresence } = await import('../backends/redis/members/presence.ts');
  const drivers = Object.fromEntries(Object.entries(ports).map(([name, { driver }]) => [name, driver]));
  const presence = await openPresence({ link, members, namespace, ports: drivers, clock, refused });
  closing.push(async () => await presence[Symbol.asyncDispose]());
}

/** Asks this process, and those that share its namespace, whether anything goes on. */
export async function openIdleness(
  { backends: { redis: link, members }, activity, random }: Ground,
  closing: Closing[],
): Promise<AskIdleness> {
  if (!link || !members) return ownIdleness(activity);
  const { openJointIdleness } = await import('../backends/redis/members/joint-idleness.ts');
  const joint = await openJointIdleness({ link, members, activity, random });
  closing.push(async () => joint[Symbol.dispose]());
  return joint.ask;
}
