import type { EnableEnhancedMonitoringInput, EnhancedMonitoringOutput } from '@aws-sdk/client-kinesis';
import type { Operation } from '../../../src/core/operation.ts';
import type { KinesisService } from '../service.ts';
import { changeMetrics } from '../stream/metrics.ts';

/** Asks for shard-level metrics. */
export const enableEnhancedMonitoring: Operation<
  KinesisService,
  EnableEnhancedMonitoringInput,
  EnhancedMonitoringOutput
> = async (service, input, context) => await changeMetrics(service, input, context, (had, named) => had || named);
