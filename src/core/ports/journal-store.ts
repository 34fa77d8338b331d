import type { RecordedEntry } from '../journal.ts';
import type { Port } from './port.ts';

/** Where processes that share their work keep one journal; bounded, the oldest entries go. */
export interface JournalStore extends Port {
  /**
   * Appends entries one behind the other and gives them their offsets, which are common to all processes. A batch that
   * was appended already, as its number says, is not appended again; numbers grow, for each process that has opened it.
   */
  append(batch: { readonly number: number; readonly entries: readonly UnplacedEntry[] }): Promise<void>;
  /**
   * A page of entries from that offset on, in their order. `next` is where to go on: behind the page, or lower than `from`
   * where the store has lost what it held and counts from the beginning; `more` when there is something there.
   */
  read(from: number): Promise<JournalPage>;
  /** Calls `heard` when any process has appended, and when that may have been missed. Disposing ends it. */
  onAppend(heard: () => void): Disposable;
}

/** What one read finds. */
export interface JournalPage {
  readonly entries: readonly RecordedEntry[];
  readonly next: number;
  readonly more: boolean;
}

/** An entry that has no offset yet. */
export type UnplacedEntry = Omit<RecordedEntry, 'offset'>;
