import type { ForeignChange } from '../../../core/records/s3-event.ts';

/**
 * Takes changes: those of one object one after another, in their order, those of several objects beside each other, since
 * S3 promises no order between them. Resolves, or fails, when none is being taken any more.
 */
export async function eachInOrder(
  changes: readonly ForeignChange[],
  take: (change: ForeignChange) => Promise<void>,
): Promise<void> {
  const lines = new Map<string, Promise<void>>();
  for (const change of changes) {
    const object = `${change.bucket}/${change.key}`;
    const before = lines.get(object) ?? Promise.resolve();
    lines.set(
      object,
      before.then(() => take(change)),
    );
  }
  const ends = await Promise.allSettled(lines.values());
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
