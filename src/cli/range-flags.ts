import type { CommandLine, Flags } from './command.ts';

/** The flags that say which records of a stream. */
export const rangeFlags: Flags = {
  shard: { value: 'ID', help: 'Only this shard.', default: 'all' },
  from: { value: 'SEQUENCE', help: 'Begin with this sequence number.' },
  after: { value: 'SEQUENCE', help: 'Begin behind this sequence number.' },
  since: {
    value: 'TIME',
    help: 'Begin with what arrived then: 2026-01-01T00:00:00Z, or how long ago, e.g. 15m.',
    default: 'the oldest that is left',
  },
  until: { value: 'SEQUENCE|TIME', help: 'End with this one.', default: 'the newest at the start' },
  available: { help: 'Take what is left of a range that was trimmed in part, instead of refusing it.' },
};

/** Members of a request by the flags that were given. */
export function membersOf(flags: CommandLine['flags'], names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])));
}
