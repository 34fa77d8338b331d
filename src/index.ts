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
export type { ClockChoice, FunctionLog, HeadwaterOptions, WritableOptions } from './config/options.ts';
export type { Activity, Due, Idleness } from './core/activity.ts';
export type { Clock } from './core/clock.ts';
export { HeadwaterError } from './core/errors.ts';
export type { Json } from './core/event.ts';
export type { JournalEntry, JournalKind, JournalQuery, JournalReader, RecordedEntry } from './core/journal.ts';
export type { Timing } from './core/timing.ts';
export type { Advanced } from './core/virtual-clock.ts';
export { type Headwater, startHeadwater } from './headwater.ts';
