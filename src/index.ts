/**
 * Headwater in your own program: start an endpoint, point any AWS client at it, and steer its time.
 *
 * @packageDocumentation
 */

export type { Applied } from './config/apply/apply.ts';
export type {
  BucketDeclaration,
  EventInvokeDeclaration,
  FunctionDeclaration,
  GlobalIndexDeclaration,
  HeadwaterConfig,
  KeyDeclaration,
  LocalIndexDeclaration,
  MappingDeclaration,
  NotificationDeclaration,
  QueueDeclaration,
  StreamDeclaration,
  TableDeclaration,
} from './config/declaration.ts';
export type { ArchiveDeclaration, EventBusDeclaration } from './config/declarations/event-bus.ts';
export type { LogGroupDeclaration, SubscriptionFilterDeclaration } from './config/declarations/log-group.ts';
export type {
  InputTransformerDeclaration,
  RuleDeclaration,
  RuleTargetDeclaration,
} from './config/declarations/rule.ts';
export type {
  ScheduleDeclaration,
  ScheduleGroupDeclaration,
  ScheduleTargetDeclaration,
} from './config/declarations/schedule.ts';
export type { DeliveryDeclaration, RetryDeclaration, TargetDeclaration } from './config/declarations/target.ts';
export type { SubscriptionDeclaration, TopicDeclaration } from './config/declarations/topic.ts';
export type { FunctionLog, HeadwaterOptions } from './config/options.ts';
export type { ClockChoice, WritableOptions } from './config/writable-options.ts';
export type { Activity, Due, Idleness } from './core/activity.ts';
export type { Clock } from './core/clock.ts';
export { HeadwaterError } from './core/errors.ts';
export type { Json } from './core/event.ts';
export type { JournalEntry, JournalKind, JournalQuery, JournalReader, RecordedEntry } from './core/journal.ts';
export type { MissedPolicy } from './core/schedule/timetable.ts';
export type { Timing } from './core/timing.ts';
export type { Advanced } from './core/virtual-clock.ts';
export { type Headwater, startHeadwater } from './headwater.ts';
