import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { realClock } from '../../src/core/clock.ts';

/** What a function was invoked with, told by the function itself. */
export interface Report {
  /** The endpoint of the process that ran it. */
  readonly by: string;
  /** Where the events come from: `aws:sqs`, `aws:kinesis` …, `logs`; `event` when it was invoked as it is. */
  readonly source: string;
  readonly ids: readonly string[];
  readonly atMs: number;
}

/** The test's own ledger of what was handled: it outlives every process of Headwater. */
export interface Reports extends AsyncDisposable {
  /** Where functions tell it. */
  readonly url: string;
  readonly all: readonly Report[];
  /** Functions that wait for the answer to what they told. */
  readonly waiting: number;
  /** The most that waited at a time since they were last held. */
  readonly most: number;
  /** Who handled it first, and when. */
  first(id: string): Report | undefined;
  /** The ids that came from a source. */
  ids(source: string): ReadonlySet<string>;
  /** From now on functions wait for their answers until what this returns is called. */
  hold(): () => void;
  /** Resolves once what was told is enough. */
  until(isEnough: () => boolean): Promise<void>;
}

/** Opens a ledger that functions report to over HTTP. */
export async function openReports(): Promise<Reports> {
  const all: Report[] = [];
  const first = new Map<string, Report>();
  const listeners = new Set<() => void>();
  let waiting = 0;
  let most = 0;
  let answers = Promise.resolve();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const server = createServer(async (request, response) => {
    waiting += 1;
    most = Math.max(most, waiting);
    response.on('close', () => {
      waiting -= 1;
      tell();
    });
    const report: Report = { ...(JSON.parse(await text(request)) as Omit<Report, 'atMs'>), atMs: realClock.nowMs() };
    all.push(report);
    for (const id of report.ids) if (!first.has(id)) first.set(id, report);
    tell();
    await answers;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    all,
    get waiting() {
      return waiting;
    },
    get most() {
      return most;
    },
    first: (id) => first.get(id),
    ids: (source) => new Set(all.flatMap((report) => (report.source === source ? report.ids : []))),
    hold() {
      most = waiting;
      let release = () => {};
      answers = new Promise((resolve) => {
        release = resolve;
      });
      return release;
    },
    until: (isEnough) =>
      new Promise((resolve) => {
        const look = () => {
          if (!isEnough()) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * A function that reports what it was invoked with. A batch of a stream with a poison record fails as a whole, a poison
 * message alone.
 */
export const REPORTING = `
const { gunzipSync } = require('node:zlib');
const idOf = ({ kinesis, dynamodb, s3, Sns, detail, message, body, id }) =>
  kinesis ? Buffer.from(kinesis.data, 'base64').toString()
  : dynamodb ? dynamodb.NewImage.id.S
  : s3 ? decodeURIComponent(s3.object.key.replaceAll('+', ' '))
  : Sns?.Message ?? detail?.id ?? message ?? body ?? id;
const linesOf = ({ data }) => JSON.parse(gunzipSync(Buffer.from(data, 'base64'))).logEvents;
const isPoison = (record) => idOf(record).includes('poison');
exports.handler = async (event) => {
  const records = event.awslogs ? linesOf(event.awslogs) : event.Records ?? [event];
  const source = event.awslogs ? 'logs' : records[0].eventSource ?? records[0].EventSource ?? 'event';
  if (source !== 'aws:sqs' && records.some(isPoison)) throw new Error('poison');
  const ids = records.filter((record) => !isPoison(record)).map(idOf);
  const report = JSON.stringify({ by: process.env.AWS_ENDPOINT_URL, source, ids });
  if (ids.length > 0) await fetch(process.env.REPORTS_URL, { method: 'POST', body: report });
  return { batchItemFailures: records.filter(isPoison).map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;
