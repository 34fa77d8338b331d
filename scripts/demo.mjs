// The main job on real input: a CSV file is uploaded, a function splits it into messages, another takes them in batches, and
// the one bad row ends in the dead-letter queue. `--once` stops then; `--python` runs the same application in Python.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

// The note that newer SDKs want a newer Node is not part of the story.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILD = join(ROOT, 'node_modules/.cache/headwater/demo');
const VISIBILITY_MS = 30_000;
const MOST_ROUNDS = 10;

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    python: { type: 'boolean', default: false },
    port: { type: 'string', default: '4566' },
  },
});

buildIfNeeded();
const { startHeadwater } = await import(pathToFileURL(join(BUILD, 'src/index.js')).href);
const application = values.python ? 'orders-python' : 'orders';
const headwater = await startHeadwater({
  port: Number(values.port),
  ephemeral: true,
  clock: 'virtual',
  config: join(ROOT, 'examples', application, 'headwater.config.json'),
  warn: (line) => say(`  note: ${line}`),
}).catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exit(2);
});
const client = {
  endpoint: headwater.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'demo', secretAccessKey: 'demo' },
};
const s3 = new S3Client({ ...client, forcePathStyle: true });
const sqs = new SQSClient(client);

const succeeded = await demonstrate();
if (values.once) {
  await headwater.stop();
  process.exit(succeeded ? 0 : 1);
}
goOn();

async function demonstrate() {
  title(`1. The application examples/${application} is deployed at ${headwater.endpoint}`);
  for (const { what, change } of headwater.applied) say(`  ${change.padEnd(9)} ${what}`);

  const file = readFileSync(join(ROOT, 'examples/orders/orders.csv'), 'utf8');
  const rows = file.trim().split('\n').length - 1;
  const upload = new PutObjectCommand({ Bucket: 'uploads', Key: 'orders/monday.csv', Body: file });
  const start = headwater.journal.nextOffset;
  await s3.send(upload);
  title(`2. s3://uploads/orders/monday.csv is uploaded: ${rows} rows, one of them bad`);
  await untilIdle();
  const source = headwater.journal
    .read({ after: start - 1 })
    .find(({ kind, eventIds }) => kind === 'event' && eventIds);
  let told = account(source, start);

  title('3. The bad row stays hidden for 30 s after each failure; the virtual clock lets that pass at once');
  for (let round = 1; round <= MOST_ROUNDS && (await headwater.idle()).nextDueAt !== undefined; round += 1) {
    await headwater.advance(VISIBILITY_MS);
    say(`  … 30 s later, ${new Date(headwater.clock.nowMs()).toISOString()}`);
    told = account(source, told);
  }

  title('4. What became of it');
  const stored = await s3.send(new ListObjectsV2Command({ Bucket: 'order-store' }));
  const dead = await receive('orders-failed');
  say(`  ${stored.KeyCount} orders are stored in s3://order-store, e.g. ${stored.Contents?.[0]?.Key}`);
  for (const { MessageId, Body, Attributes } of dead) {
    const from = Attributes?.DeadLetterQueueSourceArn?.split(':').at(-1);
    say(`  dead letter of ${from}: message ${MessageId}`);
    say(`    ${Body}`);
  }
  return stored.KeyCount === rows - 1 && dead.length === 1;
}

async function untilIdle() {
  // The first run may fetch the AWS SDK for the functions, as AWS's runtimes have it built in.
  const state = await headwater.idle(300_000);
  if (!state.idle) throw new Error(`The demo did not come to rest: ${JSON.stringify(state)}`);
}

/** Prints what the journal has on the way of the upload behind an offset, and returns where it got to. */
function account(source, after) {
  const entries = headwater.journal.read({ after: after - 1, event: source?.eventIds?.[0] });
  const told = entries.filter(({ kind }) => kind !== 'request' && kind !== 'log');
  for (const entry of inRuns(told)) {
    const { atMs, kind, what, requestId, eventIds } = entry;
    const time = new Date(atMs).toISOString().slice(11, 23);
    say(`  ${time}  ${kind.padEnd(9)} ${entry.times > 1 ? `${entry.times} × ` : ''}${shortened(what)}`);
    const others = eventIds.length > 1 ? ` and ${eventIds.length - 1} more` : '';
    const ids = [eventIds[0] && `event ${eventIds[0]}${others}`, requestId && `request ${requestId}`];
    say(`${' '.repeat(26)}${ids.filter(Boolean).join(', ')}`);
  }
  return headwater.journal.nextOffset;
}

/** Entries that say the same one after another become one: the messages of one file. */
function inRuns(entries) {
  const runs = [];
  for (const { eventIds = [], ...entry } of entries) {
    const last = runs.at(-1);
    if (last?.what === entry.what && last.requestId === entry.requestId) {
      last.times += 1;
      last.eventIds.push(...eventIds);
    } else runs.push({ ...entry, times: 1, eventIds: [...eventIds] });
  }
  return runs;
}

/** `arn:aws:sqs:us-east-1:000000000000:orders` → `orders`. */
function shortened(text) {
  return text.replace(/arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:(function:)?/g, '');
}

async function receive(QueueName) {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  const request = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, MessageSystemAttributeNames: ['All'] };
  return (await sqs.send(new ReceiveMessageCommand(request))).Messages ?? [];
}

function goOn() {
  const { endpoint } = headwater;
  title('The endpoint stays up; Ctrl-C stops it. Its clock stands still until you advance it.');
  say(`  export AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo AWS_REGION=us-east-1`);
  say('  aws s3 cp examples/orders/orders.csv s3://uploads/orders/tuesday.csv');
  say(`  curl -X POST ${endpoint}/_headwater/clock/advance -d '{"by":"90s"}'`);
  say(`  curl '${endpoint}/_headwater/journal?follow=1'`);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await headwater.stop();
      process.exit(0);
    });
  }
}

function title(text) {
  console.log(`\n${text}`);
}

function say(text) {
  console.log(text);
}

/** The build is kept; it is made again when a source is newer. */
function buildIfNeeded() {
  const built = join(BUILD, 'src/index.js');
  const newest = Math.max(...['src', 'connectors', 'mappings'].map((folder) => newestIn(join(ROOT, folder))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  const build = [join(ROOT, 'scripts/build.mjs'), '--no-types', '--out', BUILD];
  execFileSync(process.execPath, build, { cwd: ROOT, stdio: 'inherit' });
}

function newestIn(folder) {
  const files = readdirSync(folder, { recursive: true }).map((file) => statSync(join(folder, file)).mtimeMs);
  return Math.max(...files);
}
