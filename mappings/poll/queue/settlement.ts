import type { BatchItem } from './batch-window.ts';

/** What becomes of a batch's items at their source. */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'partly-done'; readonly failed: ReadonlySet<string> }
  | { readonly kind: 'failed'; readonly why: string }
  /** Never delivered: given back as if they had not been taken. */
  | { readonly kind: 'released' };

/** Settles each item; resolves when the source has stored it. */
export async function settle(items: readonly BatchItem[], settlement: Settlement): Promise<void> {
  await Promise.all(items.map(({ taken }) => settleOne(taken, settlement)));
}

function settleOne(taken: BatchItem['taken'], settlement: Settlement): Promise<void> {
  switch (settlement.kind) {
    case 'done':
      return taken.done();
    case 'partly-done':
      return settlement.failed.has(taken.event.id) ? taken.fail() : taken.done();
    case 'failed':
      return taken.fail();
    case 'released':
      return taken.release();
  }
}

/** How many of so many items are done with. */
export function doneOf(settlement: Settlement, size: number): number {
  if (settlement.kind === 'done') return size;
  return settlement.kind === 'partly-done' ? size - settlement.failed.size : 0;
}

/** A sentence for the journal. */
export function summaryOf(settlement: Settlement, size: number): string {
  switch (settlement.kind) {
    case 'done':
      return `${size} done`;
    case 'partly-done':
      return `${doneOf(settlement, size)} done, ${settlement.failed.size} failed`;
    case 'failed':
      return `${size} failed: ${settlement.why}`;
    case 'released':
      return `${size} given back`;
  }
}
