import type { Clock } from '../../core/clock.ts';
import { refusedForGood } from '../../core/delivery/deliver-to.ts';
import { HeadwaterError } from '../../core/errors.ts';
import type { LogStore, NewLogEvent } from '../../core/ports/log-store.ts';
import type { Random } from '../../core/random.ts';
import type { Target } from '../../core/target.ts';
import { isTimely } from './events/event-checks.ts';
import type { Ingestion } from './events/ingestion.ts';
import type { GroupDirectory } from './group/group-directory.ts';
import { groupOfArn, type LogGroup, storeKey } from './group/log-group.ts';

/** Log groups as targets of deliveries: rules of EventBridge log their events there, each in a stream of its own. */
export function createTarget(options: {
  readonly groups: GroupDirectory;
  readonly logs: LogStore;
  readonly ingestion: Ingestion;
  readonly clock: Clock;
  readonly random: Random;
}): Target {
  const { groups, logs, ingestion, clock, random } = options;
  const find = async (arn: string) => {
    const named = groupOfArn(arn);
    return named && (await groups.find(named, named.name));
  };
  const log = async (group: LogGroup, event: NewLogEvent, traceHeader: string | undefined) => {
    const stream = random.uuid();
    await logs.create(storeKey(group), stream, clock.nowMs());
    const owe = await ingestion.take(group, stream, [event], traceHeader);
    await owe();
    return stream;
  };
  return {
    service: 'logs',
    async deliver(arn, { payload, traceHeader }) {
      const group = await find(arn);
      if (!group) return missing(arn);
      try {
        const stream = await log(group, eventOf(Buffer.from(payload).toString(), clock.nowMs()), traceHeader);
        return { kind: 'accepted', id: stream };
      } catch (error) {
        // The group was removed meanwhile.
        if (error instanceof HeadwaterError && error.code === 'LOG_MISSING') return missing(arn);
        throw error;
      }
    },
    describe: async (arn) => ((await find(arn)) ? { arn } : undefined),
  };
}

const missing = (arn: string) =>
  refusedForGood('ResourceNotFoundException', `The specified log group does not exist: ${arn}`);

/**
 * What an input transformer made may say when it happened, as a number or as events tell their time:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html#eb-targets-specifics-cwl
 */
function eventOf(text: string, nowMs: number): NewLogEvent {
  const { timestamp, message } = membersOf(text);
  const timestampMs = instantOf(timestamp);
  if (timestampMs === undefined || !isTimely(timestampMs, nowMs) || message === undefined || message === '')
    return { timestampMs: nowMs, message: text };
  return { timestampMs, message: typeof message === 'string' ? message : JSON.stringify(message) };
}

function instantOf(timestamp: unknown): number | undefined {
  const isText = typeof timestamp === 'string';
  const ms =
    isText && !/^\d+$/.test(timestamp) ? Date.parse(timestamp) : Number(isText ? timestamp : (timestamp ?? NaN));
  return Number.isSafeInteger(ms) ? ms : undefined;
}

function membersOf(text: string): { readonly timestamp?: unknown; readonly message?: unknown } {
  try {
    const parsed: unknown = JSON.parse(text);
    const isOurs =
      typeof parsed === 'object' && parsed !== null && Object.keys(parsed).sort().join() === 'message,timestamp';
    return isOurs ? (parsed as object) : {};
  } catch {
    return {};
  }
}
