import { readFileSync } from 'node:fs';
import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command } from './command.ts';
import { wrongUse } from './parse.ts';
import { membersOf } from './range-flags.ts';
import { inFlags } from './replay-refusal.ts';
import { printSteps } from './replay-steps.ts';

/** Delivers batches that were given up again. */
export const redrive: Command = {
  name: 'redrive',
  summary: 'Deliver the batches again that OnFailure records point at.',
  takes: '[FILE]',
  flags: {
    queue: { value: 'NAME|URL|ARN', help: 'Take the records in this queue; one whose batch succeeds is deleted.' },
    region: { value: 'REGION', help: 'With --queue NAME or URL: the region of the queue.', default: 'us-east-1' },
    function: { value: 'NAME|ARN', help: 'Deliver to this function.', default: 'the one that failed' },
    available: { help: 'Take what is left of a batch that was trimmed in part, instead of leaving it out.' },
    json: { help: 'One JSON object a line.' },
    ...endpointFlag,
  },
  examples: [
    'headwater redrive failure.json',
    'headwater redrive --queue orders-failed',
    'headwater redrive --queue http://127.0.0.1:4566/111122223333/orders-failed --region eu-west-1',
    'aws sqs receive-message --queue-url URL | headwater redrive --function orders-fixed -',
  ],
  notes:
    'FILE holds one record, a list or JSON lines of them, or what "aws sqs receive-message" prints; - is standard input.',
  async run(line) {
    const [file, ...more] = line.positionals;
    if (more.length > 0) throw wrongUse('"headwater redrive" takes one file');
    if ((file === undefined) === (line.flags['queue'] === undefined)) {
      throw wrongUse('"headwater redrive" takes either a FILE or --queue');
    }
    if (file !== undefined && line.flags['region'] !== undefined) throw wrongUse('--region goes with --queue');
    const body = {
      ...membersOf(line.flags, ['queue', 'region', 'function', 'available']),
      ...(file === undefined ? {} : { records: readRecords(file) }),
    };
    const lines = adminClient(line).postForLines('/redrive', body);
    return await printSteps(inFlags(lines, redrive.flags), line.flags['json'] === true);
  },
};

function readRecords(file: string): readonly unknown[] {
  const text = read(file).trim();
  const whole = parse(text);
  const values = whole === undefined ? text.split('\n').map(parseLine) : Array.isArray(whole) ? whole : [whole];
  return values.flatMap(unwrap);
}

function read(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw wrongUse(`${file} could not be read: ${(cause as Error).message}`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseLine(text: string, index: number): unknown {
  const value = parse(text);
  if (value === undefined) throw wrongUse(`Line ${index + 1} is no JSON`);
  return value;
}

/** Messages as the AWS CLI prints them have the record as their body. */
function unwrap(value: unknown): readonly unknown[] {
  const { Messages } = (value ?? {}) as { readonly Messages?: readonly { readonly Body: string }[] };
  return Array.isArray(Messages) ? Messages.map(({ Body }) => parse(Body)) : [value];
}
