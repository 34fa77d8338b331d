import type { Scope } from '../../core/arn.ts';
import { HeadwaterError, ServiceError } from '../../core/errors.ts';
import type { MappingDeclaration } from '../declaration.ts';
import type { LocatedConfig } from '../read-config.ts';
import { applyBucket, applyNotifications } from './apply-bucket.ts';
import { applyEventInvokeConfig, applyFunction } from './apply-function.ts';
import { applyMapping } from './apply-mapping.ts';
import { applyQueue, applyQueueRedrive } from './apply-queue.ts';
import { applyStream } from './apply-stream.ts';
import { applyTable } from './apply-table.ts';
import { type Applying, arnOf, type Change } from './applying.ts';

/** What became of one declared thing. */
export interface Applied {
  /** E.g. `queue orders`. */
  readonly what: string;
  readonly change: Change;
}

/**
 * Brings the endpoint in line with a declaration, through the same operations that clients call. Applying it twice changes
 * nothing the second time; what is not declared is left alone.
 */
export async function applyConfig(
  config: LocatedConfig,
  scope: Scope,
  { call, untilReady }: Pick<Applying, 'call' | 'untilReady'>,
): Promise<readonly Applied[]> {
  const applying: Applying = {
    call,
    arnOf: (service, name) => arnOf(scope, service, name),
    destinationArn: (name) => arnOf(scope, name in config.functions ? 'lambda' : 'sqs', name),
    sourceKind: (name) =>
      name in (config.streams ?? {}) ? 'stream' : name in (config.tables ?? {}) ? 'table' : 'queue',
    account: scope.account,
    untilReady,
  };
  const applied: Applied[] = [];
  const each = async <Declared>(
    kind: string,
    declared: Readonly<Record<string, Declared>> | undefined,
    step: (applying: Applying, name: string, declared: Declared) => Promise<Change>,
  ) => {
    for (const [name, value] of Object.entries(declared ?? {})) {
      const change = await step(applying, name, value).catch((cause) => refuse(`${kind} ${name}`, cause));
      const before = applied.findIndex(({ what }) => what === `${kind} ${name}`);
      if (before < 0) applied.push({ what: `${kind} ${name}`, change });
      else if (applied[before]?.change === 'unchanged') applied[before] = { what: `${kind} ${name}`, change };
    }
  };
  // Whatever is referred to comes first: dead-letter queues, then functions, then what triggers them.
  await each('queue', config.queues, applyQueue);
  await each('queue', config.queues, applyQueueRedrive);
  await each('bucket', config.buckets, applyBucket);
  await each('stream', config.streams, applyStream);
  await each('table', config.tables, applyTable);
  await each('function', config.functions, applyFunction);
  await each('function', config.functions, applyEventInvokeConfig);
  await each('bucket', config.buckets, applyNotifications);
  const mappings = (config.mappings ?? []).map((each) => [nameOf(each), each] as const);
  await each('mapping', Object.fromEntries(mappings), applyMapping);
  return applied;
}

const nameOf = ({ eventSource, kafka, function: target }: MappingDeclaration) =>
  `${eventSource ?? `topic ${kafka?.topic} of ${kafka?.brokers}`} → ${target}`;

/** Adds what was being applied to what AWS would say. */
function refuse(what: string, cause: unknown): never {
  if (!(cause instanceof ServiceError)) throw cause;
  throw new HeadwaterError('CONFIG_REFUSED', `The config's ${what} was refused: ${cause.code}: ${cause.message}`, {
    cause,
  });
}
