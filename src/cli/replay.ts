import { createReadStream, existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { type AdminClient, adminClient, endpointFlag } from './admin-client.ts';
import type { Command, CommandLine } from './command.ts';
import { textOf, wrongUse } from './parse.ts';
import { membersOf, rangeFlags } from './range-flags.ts';
import { inFlags } from './replay-refusal.ts';
import { printSteps } from './replay-steps.ts';

const STREAM_FLAGS = [...Object.keys(rangeFlags), 'mapping', 'function', 'speed', 'journal', 'event'];
/** What publishing a file takes. */
const FILE_FLAGS = ['into', 'speed', 'json', 'endpoint'];

/** Runs stream batches, or what the journal or a file holds, again. */
export const replay: Command = {
  name: 'replay',
  summary: 'Deliver records of a stream, or events of the journal, to a function again; or publish a recorded file.',
  takes: '[STREAM_ARN | FILE]',
  flags: {
    ...rangeFlags,
    mapping: { value: 'UUID', help: 'Take its stream, function, batch size and filters.' },
    function: { value: 'NAME|ARN', help: 'Deliver to this function.', default: "the mapping's" },
    'batch-size': { value: 'N', help: 'Records in one event.', default: "the mapping's, else 100" },
    speed: {
      value: 'full|original|N',
      help: 'As fast as it goes, as it happened, or N times as fast.',
      default: 'full',
    },
    'move-checkpoint': { help: 'Let the mapping itself go on from there, with its retries; else its place stays.' },
    journal: { help: 'Take the events that the journal holds, of --mapping, --event, --since, --until.' },
    event: { value: 'ID', help: 'With --journal: only this event or request.' },
    into: {
      value: 'ARN',
      help: 'With FILE: publish into this stream, table, queue or function.',
      default: 'where each was recorded',
    },
    json: { help: 'One JSON object a line.' },
    ...endpointFlag,
  },
  examples: [
    'headwater replay arn:aws:kinesis:us-east-1:000000000000:stream/orders --since 15m',
    'headwater replay --mapping 1c0f…  --shard shardId-000000000000 --from 4967…',
    'headwater replay arn:aws:kinesis:us-east-1:000000000000:stream/orders --function orders-fixed --speed 10',
    'headwater replay --mapping 1c0f… --since 1h --move-checkpoint',
    'headwater replay --journal --event 5f0c9a1e-9d8e-4d39-8a1c-0f6f2b8c6a11',
    'headwater replay orders.jsonl --into arn:aws:kinesis:us-east-1:000000000000:stream/copy',
  ],
  notes:
    'A function that fails is told and not tried again; the exit code is 1 then. FILE holds CloudEvents JSON lines as "headwater record" writes them, - is standard input.',
  async run(line) {
    const [what, ...more] = line.positionals;
    if (more.length > 0) throw wrongUse('"headwater replay" takes one stream or one file');
    const client = adminClient(line);
    const isFile = what !== undefined && !what.startsWith('arn:');
    const lines = isFile ? publish(client, what, line) : deliver(client, what, line);
    return await printSteps(inFlags(lines, replay.flags), line.flags['json'] === true);
  },
};

function deliver(client: AdminClient, source: string | undefined, { flags }: CommandLine): AsyncIterable<string> {
  if (flags['into'] !== undefined) throw wrongUse('--into goes with a FILE; name a function with --function');
  const size = textOf(flags, 'batch-size');
  if (size !== undefined && !/^\d+$/.test(size)) throw wrongUse(`--batch-size takes a whole number; got "${size}"`);
  return client.postForLines('/replay', {
    ...(source === undefined ? {} : { source }),
    ...membersOf(flags, STREAM_FLAGS),
    ...(size === undefined ? {} : { batchSize: Number(size) }),
    ...(flags['move-checkpoint'] === true ? { moveCheckpoint: true } : {}),
  });
}

function publish(client: AdminClient, file: string, { flags }: CommandLine): AsyncIterable<string> {
  const foreign = Object.keys(flags).find((name) => !FILE_FLAGS.includes(name));
  if (foreign !== undefined) throw wrongUse(`--${foreign} goes with a stream or the journal, not with a FILE`);
  if (file !== '-' && !existsSync(file)) throw wrongUse(`There is no file ${file}; a stream is named by its ARN`);
  const query = new URLSearchParams(membersOf(flags, ['into', 'speed']) as Record<string, string>);
  const input = file === '-' ? process.stdin : createReadStream(file);
  return client.postForLines(`/publish?${query}`, Readable.toWeb(input));
}
