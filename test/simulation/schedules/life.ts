import { createEvents } from '../../../connectors/events/connector.ts';
import { createScheduler } from '../../../connectors/scheduler/connector.ts';
import { noMetrics } from '../../../src/core/metrics/metrics.ts';
import type { ServiceApi } from '../../../src/core/operation.ts';
import type { MissedPolicy } from '../../../src/core/schedule/timetable.ts';
import type { Target } from '../../../src/core/target.ts';
import { createScheduleExpressions } from '../../../src/cron/schedule-expressions.ts';
import { createTimetable } from '../../../src/cron/timetable.ts';
import { operationFiles } from '../../../src/package-files.ts';
import type { Disk } from '../engine/disk.ts';
import { type Ground, openGround } from '../engine/life.ts';

/** From a start to the stop or crash that ends it: the real timetable under the real services. */
export interface Life {
  readonly ground: Ground;
  readonly events: ServiceApi;
  readonly scheduler: ServiceApi;
  /** Stops in good order. */
  stop(): Promise<void>;
}

/** Starts a life on what the earlier ones left on the disk. */
export async function openLife(
  disk: Disk,
  options: { readonly nowMs: number; readonly seed: number; readonly missed: MissedPolicy },
  deliver: Target['deliver'],
): Promise<Life> {
  const ground = await openGround(disk, options);
  const outside = (service: string): Target => ({ service, deliver, describe: async (arn) => ({ arn }) });
  const timetable = createTimetable({ ...ground, missed: options.missed });
  const [functions, queues] = [outside('lambda'), outside('sqs')];
  const parts = {
    ...{ ...ground, timetable, metrics: noMetrics, expressions: createScheduleExpressions() },
    targets: {
      find: (arn: string) =>
        arn.startsWith('arn:aws:lambda:') ? functions : arn.startsWith('arn:aws:sqs:') ? queues : events.target,
    },
  };
  const events = createEvents({
    ...parts,
    operations: operationFiles('connectors/events/api'),
    enforcePolicies: false,
  });
  const scheduler = createScheduler({
    ...parts,
    operations: operationFiles('connectors/scheduler/api'),
    callIn: async () => async () => {},
  });
  for (const part of [events, scheduler, timetable]) part.start();
  return {
    ...{ ground, events: events.api, scheduler: scheduler.api },
    async stop() {
      for (const part of [timetable, scheduler, events]) await part.close();
      await ground[Symbol.asyncDispose]();
    },
  };
}
