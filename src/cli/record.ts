import { once } from 'node:events';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { HeadwaterError } from '../core/errors.ts';
import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { textOf, wrongUse } from './parse.ts';
import { membersOf, rangeFlags } from './range-flags.ts';
import { inFlags } from './replay-refusal.ts';

const EXAMPLE = 'arn:aws:kinesis:us-east-1:000000000000:stream/orders';

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
    `headwater record ${EXAMPLE} --out orders.jsonl`,
    `headwater record ${EXAMPLE} --since 1h --until 30m`,
    'headwater record arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-… --follow',
  ],
  notes:
    'A line is one event of CloudEvents 1.0: the time of arrival, the sequence number, the partition key and the data, as text wherever it is text.',
  async run(line) {
    const [source, ...more] = line.positionals;
    if (source === undefined || more.length > 0) throw wrongUse('"headwater record" takes the ARN of one stream');
    if (!source.startsWith('arn:')) {
      throw wrongUse(`"headwater record" takes the ARN of one stream, like ${EXAMPLE}; got "${source}"`);
    }
    const members = membersOf(line.flags, [...Object.keys(rangeFlags), 'follow']);
    const query = new URLSearchParams({ source, ...(members as Record<string, string>) });
    const file = textOf(line.flags, 'out');
    const lines = eventLines(inFlags(adminClient(line).lines(`/record?${query}`), record.flags));
    if (file === undefined) await print(lines);
    else await writeTo(file, lines);
    return 0;
  },
};

async function print(lines: AsyncIterable<string>): Promise<void> {
  for await (const text of lines) if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** What the file held before stays until there is something to record. */
async function writeTo(file: string, lines: AsyncIterable<string>): Promise<void> {
  const out = open(file);
  let isEmpty = false;
  const clear = () => {
    if (!isEmpty) ftruncateSync(out);
    isEmpty = true;
  };
  for await (const text of lines) {
    clear();
    writeSync(out, text);
  }
  clear();
  closeSync(out);
}

function open(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (cause) {
    throw wrongUse(`${file} cannot be written: ${(cause as Error).message}`);
  }
}

/** What went wrong on the way comes as the last line. */
async function* eventLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const text of lines) {
    const line = JSON.parse(text) as { readonly kind?: string; readonly code?: string; readonly message?: string };
    if (line.kind === 'refused') throw new HeadwaterError(line.code ?? 'REFUSED', line.message ?? text);
    yield `${text}\n`;
  }
}
