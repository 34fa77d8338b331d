import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { HeadwaterError } from '../core/errors.ts';
import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { textOf, wrongUse } from './parse.ts';
import { membersOf, rangeFlags } from './range-flags.ts';

/** Writes the records of a stream to a file. */
export const record: Command = {
  name: 'record',
  summary: 'Write the records of a stream as CloudEvents JSON lines, for "headwater replay FILE".',
  takes: 'STREAM_ARN',
  flags: {
    ...rangeFlags,
    follow: { help: 'Go on as records come.' },
    out: { value: 'FILE', help: 'Write there.', default: 'standard output' },
    ...endpointFlag,
  },
  examples: [
    'headwater record arn:aws:kinesis:us-east-1:000000000000:stream/orders --out orders.jsonl',
    'headwater record arn:aws:kinesis:us-east-1:000000000000:stream/orders --since 1h --until 30m',
    'headwater record arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-… --follow',
  ],
  notes:
    'A line is one event of CloudEvents 1.0: the time of arrival, the sequence number, the partition key and the data, as text wherever it is text.',
  async run(line) {
    const [source, ...more] = line.positionals;
    if (source === undefined || more.length > 0) throw wrongUse('"headwater record" takes the ARN of one stream');
    const members = membersOf(line.flags, [...Object.keys(rangeFlags), 'follow']);
    const query = new URLSearchParams({ source, ...(members as Record<string, string>) });
    const file = textOf(line.flags, 'out');
    const out = file === undefined ? undefined : open(file);
    for await (const text of adminClient(line).lines(`/record?${query}`)) {
      checkEvent(text);
      if (out !== undefined) writeSync(out, `${text}\n`);
      else if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
    }
    if (out !== undefined) closeSync(out);
    return 0;
  },
};

function open(file: string): number {
  try {
    return openSync(file, 'w');
  } catch (cause) {
    throw wrongUse(`${file} cannot be written: ${(cause as Error).message}`);
  }
}

/** What went wrong on the way comes as the last line. */
function checkEvent(text: string): void {
  const line = JSON.parse(text) as { readonly kind?: string; readonly code?: string; readonly message?: string };
  if (line.kind === 'refused') throw new HeadwaterError(line.code ?? 'REFUSED', line.message ?? text);
}
