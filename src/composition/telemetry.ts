import type { Targets } from '../core/target.ts';
import { operationFiles } from '../package-files.ts';
import { createCloudWatch } from '../services/cloudwatch/cloudwatch.ts';
import { createLogs } from '../services/logs/logs.ts';
import type { Ground } from './ground.ts';
import type { Ports } from './ports.ts';

/** What tells of what the others do: metrics and logs. */
export function openTelemetry(
  ground: Pick<Ground, 'clock' | 'random' | 'journal' | 'activity'>,
  ports: Ports,
  targets: Targets,
) {
  const cloudwatch = createCloudWatch({
    ...ground,
    ...{ tables: ports.tables, leases: ports.leases },
    operations: operationFiles('src/services/cloudwatch/api'),
  });
  const logs = createLogs({
    ...ground,
    ...{ logs: ports.logs, registry: ports.registry, tasks: ports.tasks, targets, metrics: cloudwatch.metrics },
    operations: operationFiles('src/services/logs/api'),
  });
  return { cloudwatch, logs };
}
