// A running endpoint with a stream, a function that tells what it gets, and the admin API at hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { HeadwaterConfig } from '../../src/config/declaration.ts';
import { startTestKit, type TestKit } from '../../src/testing.ts';

const runtime = `nodejs${process.versions.node.split('.')[0]}.x`;

/** Logs one line for each event. Data that says "fail" makes the function fail unless it is called `fixed`; "bad" it reports. */
const HANDLER = `
export const handler = async (event, context) => {
  const records = (event.Records ?? []).map((record) => record.kinesis
    ? Buffer.from(record.kinesis.data, 'base64').toString()
    : record.dynamodb ? record.eventName + ' ' + record.dynamodb.Keys.id.S : record.body);
  console.log('GOT ' + JSON.stringify({ by: context.functionName, records, event: event.Records ? undefined : event }));
  if (context.functionName !== 'fixed' && records.includes('fail')) throw new Error('cannot do this');
  const bad = (event.Records ?? []).find((_, index) => records[index] === 'bad');
  return { batchItemFailures: bad ? [{ itemIdentifier: bad.kinesis.sequenceNumber }] : [] };
};
`;

/** What one invocation got. */
export interface Got {
  readonly by: string;
  readonly records: readonly string[];
  readonly event?: unknown;
}

export class ReplaySubject implements AsyncDisposable {
  readonly kit: TestKit;
  readonly kinesis: KinesisClient;
  readonly #folder: string;
  #seen = 0;

  constructor(kit: TestKit, folder: string) {
    this.kit = kit;
    this.#folder = folder;
    this.kinesis = new KinesisClient(kit.clientConfig());
  }

  static async start(
    config: Pick<HeadwaterConfig, 'streams' | 'tables' | 'queues' | 'mappings' | 'settings'>,
  ): Promise<ReplaySubject> {
    const folder = mkdtempSync(join(tmpdir(), 'headwater-replay-'));
    writeFileSync(join(folder, 'index.mjs'), HANDLER);
    const code = { code: folder, runtime, handler: 'index.handler', timeout: 20 };
    const functions = { handle: code, fixed: code };
    const kit = await startTestKit({
      config: { ...config, settings: { ...config.settings, codeRoot: folder }, functions },
    });
    return new ReplaySubject(kit, folder);
  }

  arn(stream: string): string {
    return `arn:aws:kinesis:us-east-1:000000000000:stream/${stream}`;
  }

  /** Puts one record each, with its text as data; returns their sequence numbers. */
  async put(stream: string, texts: readonly string[], key = 'k'): Promise<readonly string[]> {
    const numbers: string[] = [];
    for (const text of texts) {
      const put = new PutRecordCommand({ StreamName: stream, PartitionKey: key, Data: Buffer.from(text) });
      numbers.push((await this.kinesis.send(put)).SequenceNumber ?? '');
    }
    return numbers;
  }

  /** The mapping of a source. */
  async mappingOf(sourceArn: string): Promise<string> {
    const lambda = new LambdaClient(this.kit.clientConfig());
    const list = new ListEventSourceMappingsCommand({ EventSourceArn: sourceArn });
    return (await lambda.send(list)).EventSourceMappings?.[0]?.UUID ?? '';
  }

  /** What functions got since the last call. */
  async got(): Promise<readonly Got[]> {
    await this.kit.untilIdle();
    const lines = this.kit.logs.flatMap(({ text }) => /GOT (.*)/.exec(text)?.[1] ?? []);
    const fresh = lines.slice(this.#seen);
    this.#seen = lines.length;
    return fresh.map((line) => JSON.parse(line) as Got);
  }

  /** Calls the admin API; its lines, or its refusal. */
  async post(path: string, body: unknown): Promise<readonly Record<string, unknown>[]> {
    return await this.#lines(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  }

  async get(path: string): Promise<readonly Record<string, unknown>[]> {
    return await this.#lines(path, {});
  }

  async #lines(path: string, init: RequestInit): Promise<readonly Record<string, unknown>[]> {
    const response = await fetch(`${this.kit.endpoint}/_headwater${path}`, init);
    const text = await response.text();
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kinesis.destroy();
    await this.kit[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
