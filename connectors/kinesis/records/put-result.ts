/** What became of a record: its place, or why it has none. */
export type PutResult =
  | { readonly kind: 'put'; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };
