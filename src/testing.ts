/**
 * Headwater in your tests: an endpoint on a free port that keeps nothing, whose time moves when you say so.
 *
 * @packageDocumentation
 */

import type { HeadwaterConfig } from './config/declaration.ts';
import type { FunctionLog, HeadwaterOptions } from './config/options.ts';
import type { Advanced } from './core/virtual-clock.ts';
import { type Headwater, startHeadwater } from './headwater.ts';

/** What an AWS SDK client takes to reach a kit. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For S3: buckets in the path, so that no name has to be resolved. Other clients do not mind. */
  readonly forcePathStyle: true;
}

/** A simulator for one test or one file of tests. */
export interface TestKit extends AsyncDisposable {
  /** The endpoint itself, with its journal. */
  readonly headwater: Headwater;
  readonly endpoint: string;
  /** What functions have logged so far, in order. */
  readonly logs: readonly FunctionLog[];
  /**
   * Hand this to any SDK client.
   * @param account 12 digits; resources of one account are invisible to others. @default '000000000000'
   */
  clientConfig(account?: string): ClientConfig;
  /**
   * Moves time: visibility timeouts, delays, retries and batching windows pass; resolves when the work that this set off is
   * done. Rejects when something still runs after two minutes, and says what.
   */
  advance(byMs: number): Promise<Advanced>;
  /**
   * Waits until nothing is in progress or due. Rejects, saying what still runs, when that takes too long.
   * @default 120000
   */
  untilIdle(timeoutMs?: number): Promise<void>;
  /** Forgets everything, for the next test. */
  reset(): Promise<void>;
}

/** What a kit can be told beside the options of every endpoint. */
export interface TestKitOptions extends HeadwaterOptions {
  /** Resources to declare: a config file or its content. */
  readonly config?: string | HeadwaterConfig | undefined;
}

const DEFAULT_ACCOUNT = '000000000000';
/** How long work may take before it is said what still runs: on a busy machine each function's process takes seconds to start. */
const REST_TIMEOUT_MS = 120_000;

/**
 * Starts a kit: free port, nothing on disk, virtual clock. All of it can be overridden.
 *
 * @example
 * ```ts
 * await using kit = await startTestKit({ config: './headwater.config.json' });
 * const sqs = new SQSClient(kit.clientConfig());
 * await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'order' }));
 * await kit.untilIdle();
 * await kit.advance(60_000); // the first retry of an asynchronous invocation
 * ```
 */
export async function startTestKit(options: TestKitOptions = {}): Promise<TestKit> {
  const logs: FunctionLog[] = [];
  const keep = (line: FunctionLog) => {
    logs.push(line);
    options.log?.(line);
  };
  const headwater = await startHeadwater({ port: 0, ephemeral: true, clock: 'virtual', ...options, log: keep });
  const { endpoint } = headwater;
  return {
    ...{ headwater, endpoint, logs },
    clientConfig: (account = DEFAULT_ACCOUNT) => ({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: account, secretAccessKey: 'test' },
      forcePathStyle: true,
    }),
    async advance(byMs) {
      const advanced = await headwater.advance(byMs, { deadlineMs: REST_TIMEOUT_MS });
      if (advanced.stillRunning.length > 0) throw new Error(`Still running: ${advanced.stillRunning.join(', ')}`);
      return advanced;
    },
    async untilIdle(timeoutMs = REST_TIMEOUT_MS) {
      const left = await headwater.activity.rest(timeoutMs);
      if (left.length > 0) throw new Error(`Not idle after ${timeoutMs} ms: ${left.join(', ')}`);
    },
    async reset() {
      await headwater.reset();
      logs.length = 0;
    },
    [Symbol.asyncDispose]: () => headwater.stop(),
  };
}
