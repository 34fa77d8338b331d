import type { Scope } from '../../core/arn.ts';
import { HeadwaterError, ServiceError } from '../../core/errors.ts';
import type { MappingDeclaration } from '../declaration.ts';
import type { LocatedConfig } from '../read-config.ts';
import { scheduleHint } from '../schedule-hint.ts';
import { applyBucket, applyNotifications } from './apply-bucket.ts';
import { applyEventInvokeConfig, applyFunction } from './apply-function.ts';
import { applyMapping } from './apply-mapping.ts';
import { applyQueue, applyQueueRedrive } from './apply-queue.ts';
import { applyStream } from './apply-stream.ts';
import { applyTable } from './apply-table.ts';
import { type Applying, arnOf, type Change } from './applying.ts';
import { applyArchives } from './events/apply-archive.ts';
import { applyEventBus } from './events/apply-event-bus.ts';
import { applyRule } from './events/apply-rule.ts';
import { applySchedule, applyScheduleGroup } from './events/apply-schedule.ts';
import { applyLogGroup, applySubscriptionFilters } from './logs/apply-log-group.ts';
import { applySubscriptions } from './topics/apply-subscription.ts';
import { applyTopic } from './topics/apply-topic.ts';

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
  const applying = createApplying(config, scope, { call, untilReady });
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
  await each('log group', config.logGroups, applyLogGroup);
  await each('topic', config.topics, applyTopic);
  await each('event bus', config.eventBuses, applyEventBus);
  await each('function', config.functions, applyFunction);
  await each('function', config.functions, applyEventInvokeConfig);
  await each('bucket', config.buckets, applyNotifications);
  const mappings = (config.mappings ?? []).map((each) => [nameOf(each), each] as const);
  await each('mapping', Object.fromEntries(mappings), applyMapping);
  await each('log group', config.logGroups, applySubscriptionFilters);
  await each('topic', config.topics, applySubscriptions);
  await each('event bus', config.eventBuses, applyArchives);
  await each('rule', config.rules, applyRule);
  await each('schedule group', config.scheduleGroups, applyScheduleGroup);
  await each('schedule', config.schedules, applySchedule);
  return applied;
}

function createApplying(
  { functions, topics = {}, eventBuses = {}, streams = {}, tables = {} }: LocatedConfig,
  scope: Scope,
  { call, untilReady }: Pick<Applying, 'call' | 'untilReady'>,
): Applying {
  // Somebody may call a queue `constructor`, which every object has.
  const isIn = Object.hasOwn;
  const deadLetterService = (name: string) => (isIn(topics, name) ? 'sns' : 'sqs');
  return {
    call,
    arnOf: (service, name) => arnOf(scope, service, name),
    destinationService: (name) =>
      isIn(functions, name) ? 'lambda' : isIn(eventBuses, name) ? 'events' : deadLetterService(name),
    deadLetterService,
    sourceKind: (name) => (isIn(streams, name) ? 'stream' : isIn(tables, name) ? 'table' : 'queue'),
    scope,
    untilReady,
  };
}

const nameOf = ({ eventSource, kafka, function: target }: MappingDeclaration) =>
  `${eventSource ?? `topic ${kafka?.topic} of ${kafka?.brokers}`} → ${target}`;

/** Adds what was being applied to what AWS would say. */
function refuse(what: string, cause: unknown): never {
  if (cause instanceof HeadwaterError && cause.code === 'UNKNOWN_NAME') {
    throw new HeadwaterError('CONFIG_REFUSED', `The config's ${what} was refused: ${cause.message}`, { cause });
  }
  if (!(cause instanceof ServiceError)) throw cause;
  const said = `${cause.code}: ${cause.message}${hintOf(what, cause.message)}`;
  throw new HeadwaterError('CONFIG_REFUSED', `The config's ${what} was refused: ${said}`, { cause });
}

/** AWS does not say what it does not like about an expression. */
function hintOf(what: string, message: string): string {
  if (!/ScheduleExpression is not valid|Invalid Schedule Expression(?! Timezone)/.test(message)) return '';
  return ` ${scheduleHint(what.startsWith('rule '), 'EXPRESSION')}`;
}
