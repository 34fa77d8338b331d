import type { RecordedEntry } from '../core/journal.ts';
import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { describeEntry } from './entry-line.ts';
import { textOf, wrongUse } from './parse.ts';

/** Shows the journal. */
export const events: Command = {
  name: 'events',
  summary: 'Show what happened: events, batches, attempts, deliveries; one line each.',
  flags: {
    follow: { help: 'Go on as entries come.' },
    event: {
      value: 'ID',
      help: 'Only the way of one event, from its source to its end: an event, request or trace id.',
    },
    after: { value: 'OFFSET', help: 'Only entries behind this one.' },
    limit: { value: 'N', help: 'At most so many, the oldest first; --after shows the next.' },
    json: { help: 'One JSON object a line.' },
    ...endpointFlag,
  },
  examples: [
    'headwater events --follow',
    'headwater events --event 5f0c9a1e-9d8e-4d39-8a1c-0f6f2b8c6a11',
    'headwater events --json | jq -r \'select(.kind == "attempt") | .requestId\'',
  ],
  async run(line) {
    const query = new URLSearchParams();
    for (const name of ['after', 'limit']) {
      const value = textOf(line.flags, name);
      if (value !== undefined && !/^\d+$/.test(value)) throw wrongUse(`--${name} takes a whole number; got "${value}"`);
      if (value !== undefined) query.set(name, value);
    }
    const event = textOf(line.flags, 'event');
    if (event !== undefined) query.set('event', event);
    const asJson = line.flags['json'] === true;
    const print = (entry: RecordedEntry) => console.log(asJson ? JSON.stringify(entry) : describeEntry(entry));

    const client = adminClient(line);
    if (line.flags['follow'] === true) {
      query.set('follow', '1');
      for await (const text of client.lines(`/journal?${query}`)) print(JSON.parse(text));
      return 0;
    }
    const { entries } = await client.get(`/journal?${query}`);
    const found = entries as readonly RecordedEntry[];
    for (const entry of found) print(entry);
    if (found.length === 0 && event !== undefined) console.error(`The journal has nothing about ${event}`);
    return 0;
  },
};
