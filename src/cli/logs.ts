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
  takes: 'FUNCTION|LOG-GROUP',
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

/** A name with a slash is a group's. Any other is that of a function, also of one that is gone, or else that of a group. */
async function groupOf(client: ServiceClient, name: string): Promise<string> {
  if (name.includes('/')) return name;
  const own = `/aws/lambda/${name}`;
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/configuration`;
  const found = await unlessMissing(client.get('lambda', path));
  // A function may log to a group of its own choice.
  if (found) return (found['LoggingConfig'] as { readonly LogGroup?: string } | undefined)?.LogGroup ?? own;
  if (!GROUP_NAME.test(name) || (await isGroup(client, own)) || !(await isGroup(client, name))) return own;
  console.error(`There is no function ${name}: this is what is in the log group of that name`);
  return name;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
const GROUP_NAME = /^[\w.#-]+$/;

async function isGroup(client: ServiceClient, name: string): Promise<boolean> {
  const input = { logGroupNamePrefix: name, limit: 1 };
  const { logGroups } = await client.json('logs', 'Logs_20140328.DescribeLogGroups', input);
  // The first of those that begin with a name is the one that is called so.
  const [first] = logGroups as readonly { readonly logGroupName: string }[];
  return first?.logGroupName === name;
}

/** The answer; `undefined` when AWS says that there is no such thing. */
async function unlessMissing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof HeadwaterError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
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
  let isTold = false;
  // Who follows may be there before the group is, or have its name wrong.
  const whenMissing = () => {
    const missing = `There is no log group ${search.logGroupName}`;
    if (!isFollowing) {
      throw new HeadwaterError('ResourceNotFoundException', `${missing}: nothing was logged there yet`);
    }
    if (!isTold) console.error(`${missing} yet: waiting until something is logged there`);
    isTold = true;
  };
  for (;;) {
    let newestMs = fromMs;
    for await (const event of searchOnce(client, { ...search, startTime: fromMs }, whenMissing)) {
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

/** Page by page. */
async function* searchOnce(
  client: ServiceClient,
  search: Search & { readonly startTime: number },
  whenMissing: () => void,
): AsyncGenerator<LogLine> {
  let nextToken: unknown;
  do {
    const found = client.json('logs', 'Logs_20140328.FilterLogEvents', { ...search, nextToken });
    const page = await unlessMissing(found);
    if (!page) return whenMissing();
    yield* page['events'] as readonly LogLine[];
    nextToken = page['nextToken'];
  } while (nextToken !== undefined);
}
