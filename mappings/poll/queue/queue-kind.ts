import { HeadwaterError } from '../../../src/core/errors.ts';
import type { PollSource } from '../../../src/core/source.ts';
import type { MappingKind } from '../mapping/mapping-kind.ts';
import { refuse } from '../mapping/mapping-settings.ts';
import { type RunnerParts, runQueueMapping } from './queue-runner.ts';
import { checkQueueSettings, type QueueMapping, type QueueSettings, readQueueSettings } from './queue-settings.ts';

/** Mappings of queues: what is taken is hidden from all others until it is settled. */
export function queueKind(source: PollSource, parts: Omit<RunnerParts, 'source'>): MappingKind {
  return {
    stateReason: 'USER_INITIATED',
    async readSettings({ input, sourceArn, current, functionTimeoutMs }) {
      const settings = readQueueSettings(input, current as QueueSettings | undefined);
      const queue = await source.describe(sourceArn);
      if (!queue && !current) refuseMissingQueue();
      const visibilityTimeoutMs = queue?.visibilityTimeoutMs ?? functionTimeoutMs;
      checkQueueSettings(settings, { fifo: queue?.fifo ?? false, visibilityTimeoutMs }, functionTimeoutMs);
      return settings;
    },
    // The spaces inside the quotes are AWS's own.
    twinMessage: ({ sourceArn, functionName, uuid }) =>
      `An event source mapping with SQS arn (" ${sourceArn} ") and function (" ${functionName} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    members: (record) => members((record as QueueMapping).settings),
    run: (record) => runQueueMapping(record as QueueMapping, { ...parts, source }),
    forget: async () => {},
    moveCheckpoint: async ({ uuid }) => {
      throw new HeadwaterError('NOT_A_STREAM', `Mapping ${uuid} takes from a queue, which has no checkpoints`);
    },
  };
}

function members({ maximumConcurrency, provisionedPollers }: QueueSettings): Record<string, unknown> {
  return {
    ...(maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    ...(provisionedPollers === undefined
      ? {}
      : {
          ProvisionedPollerConfig: {
            MinimumPollers: provisionedPollers.minimum,
            MaximumPollers: provisionedPollers.maximum,
          },
        }),
  };
}

function refuseMissingQueue(): never {
  return refuse(
    'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
  );
}
