import type { Leases } from '../../../core/ports/leases.ts';
import type { RedisLink } from '../link.ts';
import { LeaseName } from './lease-name.ts';
import { LEASES_CHANNEL } from './member-scripts.ts';
import { MEMBER_TTL_MS, type Members } from './members.ts';

/** Leases over all processes of a namespace: a process holds them as a member, and loses them when it is one no more. */
export async function openLeases(parts: { readonly link: RedisLink; readonly members: Members }): Promise<Leases> {
  const { link, members } = parts;
  const names = new Map<string, LeaseName>();
  const of = (name: string): LeaseName => {
    const known = names.get(name);
    if (known) return known;
    const added = new LeaseName(name, { link, members, unused: () => names.delete(name) });
    names.set(name, added);
    return added;
  };
  const each = (act: (name: LeaseName) => void) => () => {
    for (const name of [...names.values()]) act(name);
  };
  const listening = [
    await link.subscribe(LEASES_CHANNEL, (message) => {
      const [what = '', by = ''] = message.split(' ', 2);
      names.get(message.slice(what.length + by.length + 2))?.hear(what, by);
    }),
    link.onReturn(each((name) => name.lookAgain())),
    members.on(
      'joined',
      each((name) => name.lookAgain()),
    ),
    members.on(
      'beat',
      each((name) => name.mend()),
    ),
  ];
  return {
    driver: 'redis',
    ttlMs: MEMBER_TTL_MS,
    members: members.count,
    async hold(name, signal) {
      return signal.aborted ? undefined : await of(name).hold(signal);
    },
    async [Symbol.asyncDispose]() {
      for (const each of listening) each[Symbol.dispose]();
    },
  };
}
