import type { Json } from '../../core/event.ts';

/** An event bus; the one named `default` is there already. */
export interface EventBusDeclaration {
  readonly description?: string | undefined;
  /** Who may put events on it. */
  readonly policy?: { readonly [key: string]: Json } | undefined;
  /** By name. */
  readonly archives?: Readonly<Record<string, ArchiveDeclaration>> | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What of a bus is kept, to be replayed. */
export interface ArchiveDeclaration {
  readonly description?: string | undefined;
  /** By default all events. */
  readonly eventPattern?: { readonly [key: string]: Json } | undefined;
  /** Days; 0 is for ever. @default 0 */
  readonly retentionDays?: number | undefined;
}
