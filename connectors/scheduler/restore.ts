import { deleteGroup } from './group/delete-group.ts';
import type { SchedulerService } from './service.ts';

/** Ends what a process that was killed had begun: groups it was deleting, and schedules it had stored but not planned. */
export async function restore(service: SchedulerService): Promise<void> {
  for (const group of await service.groups.list()) if (group.state === 'DELETING') await deleteGroup(service, group);
  await service.planning.restore();
}
