import { keepAlive, realClock, SECOND, sleep } from '../core/clock.ts';
import { durationMs } from '../core/duration.ts';
import { HeadwaterError } from '../core/errors.ts';
import { adminClient, endpointFlag } from './admin-client.ts';
import type { Command, CommandLine } from './command.ts';
import { textOf, wrongUse } from './parse.ts';
import { regionFlags, type ServiceClient, serviceClient } from './service-client.ts';

/** One event as FilterLogEvents answers it. */
interface LogLine {
  readonly eventId: string;
  readonly timestamp: number;
  readonly logStreamName: string;
  readonly message: string;
}

interface Search {
  readonly logGroupName: string;
  readonly filterPattern: string | undefined;
}

/** How often new events are looked for. */
const PAUSE_MS = 250;
/** What another process stores later than events with later timestamps is found for so long. */
const LATE_MS = 10 * SECOND;

/** Shows what a function logged. */
export const logs: Command = {
  name: 'logs',
  summary: 'Show what a function logged, or what is in a log group.',
  takes: 'FUNCTION|/LOG/GROUP',
  flags: {
    follow: { help: 'Go on as events come.' },
    since: {
      value: 'TIME',
      help: 'Begin with what was logged then: 2026-01-01T00:00:00Z, or how long ago, e.g. 5m.',
      default: 'the oldest that is left',
    },
    filter: { value: 'PATTERN', help: 'Only what this filter pattern of CloudWatch Logs finds.' },
    json: { help: 'One JSON object a line.' },
    ...regionFlags,
    ...endpointFlag,
  },
  examples: [
    'headwater logs orders --follow',
    'headwater logs orders --since 5m --filter ERROR',
    'headwater logs orders --filter \'{ $.level = "WARN" }\' --json | jq .message',
  ],
  async run(line) {
    const [name] = line.positionals;
    if (name === undefined) throw wrongUse('Name the function: headwater logs FUNCTION');
    const client = serviceClient(line);
    const search = { logGroupName: await groupOf(client, name), filterPattern: textOf(line.flags, 'filter') };
    const print = line.flags['json'] === true ? printJson : printText;
    const isFollowing = line.flags['follow'] === true;
    using _alive = keepAlive();
    for await (const event of eventsOf(client, search, await startOf(line), isFollowing)) print(event);
    return 0;
  },
};

const printJson = (event: LogLine) => console.log(JSON.stringify(event));
const printText = ({ message }: LogLine) => console.log(message.replace(/\n$/, ''));

/** A name with a slash is a group's; that of a function may be one of its own choice, and is left when the function is gone. */
async function groupOf(client: ServiceClient, name: string): Promise<string> {
  if (name.includes('/')) return name;
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/configuration`;
  const { LoggingConfig } = await client.get('lambda', path).catch((error) => {
    if (error instanceof HeadwaterError && error.code === 'ResourceNotFoundException')
      return {} as Record<string, unknown>;
    throw error;
  });
  const { LogGroup = `/aws/lambda/${name}` } = (LoggingConfig ?? {}) as { readonly LogGroup?: string };
  return LogGroup;
}

/** How long ago is told by the endpoint's clock, which may be virtual. */
async function startOf(line: CommandLine): Promise<number> {
  const since = textOf(line.flags, 'since');
  if (since === undefined) return 0;
  const agoMs = durationMs(since);
  if (agoMs !== undefined) return Math.max(0, Number((await adminClient(line).get('/clock'))['nowMs']) - agoMs);
  const atMs = Date.parse(since);
  if (Number.isNaN(atMs)) throw wrongUse(`--since takes a time or how long ago, e.g. 5m; got "${since}"`);
  return atMs;
}

async function* eventsOf(client: ServiceClient, search: Search, startMs: number, isFollowing: boolean) {
  let seen = new Map<string, number>();
  let fromMs = startMs;
  for (;;) {
    let newestMs = fromMs;
    for await (const event of searchOnce(client, search, fromMs, isFollowing)) {
      if (!seen.has(event.eventId)) yield event;
      seen.set(event.eventId, event.timestamp);
      newestMs = Math.max(newestMs, event.timestamp);
    }
    if (!isFollowing) return;
    fromMs = Math.max(startMs, newestMs - LATE_MS);
    seen = new Map([...seen].filter(([, timestamp]) => timestamp >= fromMs));
    await sleep(realClock, PAUSE_MS);
  }
}

/** Page by page. Who follows may be there before the group is. */
async function* searchOnce(
  client: ServiceClient,
  search: Search,
  startTime: number,
  isFollowing: boolean,
): AsyncGenerator<LogLine> {
  let nextToken: unknown;
  do {
    const input = { ...search, startTime, nextToken };
    const page = await client.json('logs', 'Logs_20140328.FilterLogEvents', input).catch((error: HeadwaterError) => {
      if (error.code !== 'ResourceNotFoundException') throw error;
      if (isFollowing) return { events: [] } as Record<string, unknown>;
      throw new HeadwaterError(
        error.code,
        `There is no log group ${search.logGroupName}: nothing was logged there yet`,
      );
    });
    yield* page['events'] as readonly LogLine[];
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
}
