import type { SchedulerService } from '../service.ts';
import type { Group } from './group.ts';

/** "Deleting a schedule group results in EventBridge Scheduler deleting all schedules associated with the group." */
export async function deleteGroup(
  { groups, schedules, planning }: Pick<SchedulerService, 'groups' | 'schedules' | 'planning'>,
  group: Group,
): Promise<void> {
  // Whoever adds a schedule from now on takes it back; who did before has it deleted here.
  const deleting = await groups.change(group, () => ({ state: 'DELETING' }));
  for (const schedule of await schedules.list(group, group.name)) {
    await schedules.remove(schedule);
    await planning.forget(schedule);
  }
  await groups.remove(deleting);
}
