import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { vi } from 'vitest';
import type { HeadwaterOptions } from '../../src/config/options.ts';
import { SECOND } from '../../src/core/clock.ts';
import { systemRandom } from '../../src/core/random.ts';
import type { Headwater } from '../../src/index.ts';
import { startHeadwater } from '../../src/index.ts';
import { zipOf } from '../support/zip.ts';

/** The whole product in this process, with a function that says what it handled. */
export interface Product extends AsyncDisposable {
  readonly headwater: Headwater;
  /** What people were told. */
  readonly told: readonly string[];
  /** What the function has handled, by name, and how often. */
  readonly handled: ReadonlyMap<string, number>;
  /** For any SDK client; nothing is tried again. */
  readonly client: object;
  /** Resolves when a line like it was told behind the first `after`. */
  tells(line: RegExp, after?: number): Promise<void>;
}

const HANDLER = `const nameOf = ({ body, kinesis, s3, Sns, detail, name }) =>
  body ?? Sns?.Message ?? detail?.name ?? name ?? s3?.object.key ?? Buffer.from(kinesis.data, 'base64');
exports.handler = async (event) => {
  for (const record of event.Records ?? [event]) console.log('handled ' + nameOf(record));
};`;

/**
 * Starts it on these backends; what is not named is embedded.
 *
 * @param told gets what people are told
 */
export async function startProduct(
  backends: Pick<HeadwaterOptions, 'redis' | 'kafka' | 'minio'>,
  told: string[] = [],
): Promise<Product> {
  const handled = new Map<string, number>();
  const headwater = await startHeadwater({
    ...{
      port: 0,
      ephemeral: true,
      runtimes: { 'nodejs22.x': process.execPath },
      namespace: `faults-${systemRandom.uuid()}`,
      backendDeadline: 30,
    },
    ...backends,
    warn: (line) => told.push(line),
    log({ text }) {
      for (const [, name = ''] of text.matchAll(/handled (\S+)/g)) handled.set(name, (handled.get(name) ?? 0) + 1);
    },
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = {
    ...{ endpoint: headwater.endpoint, region: 'us-east-1', credentials },
    ...{ maxAttempts: 1, forcePathStyle: true },
  };
  await new LambdaClient(client).send(
    new CreateFunctionCommand({
      ...{ FunctionName: 'f', Timeout: 10, Runtime: 'nodejs22.x', Handler: 'index.handler' },
      ...{ Role: 'arn:aws:iam::000000000000:role/r', Code: { ZipFile: await zipOf({ 'index.js': HANDLER }) } },
    }),
  );
  return {
    ...{ headwater, told, handled, client },
    tells: (line, after = 0) =>
      vi.waitFor(
        () => {
          if (!told.slice(after).some((each) => line.test(each)))
            throw new Error(`not told: ${line}; ${told.join('\n')}`);
        },
        { timeout: 60 * SECOND, interval: 10 },
      ),
    [Symbol.asyncDispose]: () => headwater.stop(),
  };
}
