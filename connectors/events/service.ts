import type { Clock } from '../../src/core/clock.ts';
import type { Metrics } from '../../src/core/metrics/metrics.ts';
import type { Registry } from '../../src/core/ports/registry.ts';
import type { Random } from '../../src/core/random.ts';
import type { ScheduleExpressions } from '../../src/core/schedule/schedule-expression.ts';
import type { Targets } from '../../src/core/target.ts';
import type { InTurn } from '../../src/core/waiting/in-turn.ts';
import type { ApiDestinations } from './api-destination/api-destinations.ts';
import type { Archiving } from './archive/archiving.ts';
import type { BusDirectory } from './bus/bus-directory.ts';
import type { BusEvents } from './bus-events.ts';
import type { RuleDirectory } from './rule/rule-directory.ts';
import type { Schedules } from './rule/schedules.ts';

/** What the operations of EventBridge work on. */
export interface EventsService extends BusEvents {
  readonly registry: Registry;
  readonly buses: BusDirectory;
  readonly turns: InTurn;
  readonly rules: RuleDirectory;
  readonly schedules: Schedules;
  readonly apiDestinations: ApiDestinations;
  readonly archiving: Archiving;
  readonly expressions: ScheduleExpressions;
  readonly targets: Targets;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
}
