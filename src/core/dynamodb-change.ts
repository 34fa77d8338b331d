import type { NormalizedEvent } from './event.ts';

/**
 * A DynamoDB value as the API writes it: one member that names the type. Numbers are in canonical form, binaries bytes.
 * docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly BOOL: boolean }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: AttributeMap }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly Uint8Array[] };

/** An item, or a map in one. */
export type AttributeMap = Readonly<Record<string, AttributeValue>>;

/** `StreamViewType` of a table's stream. */
export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

/** One change of an item as its stream records it. Its place is the event's `position`. */
export interface ItemChange {
  /** 32 hexadecimal digits. */
  readonly eventId: string;
  readonly keys: AttributeMap;
  /** Only where the view type includes it. */
  readonly newImage?: AttributeMap | undefined;
  readonly oldImage?: AttributeMap | undefined;
  /** Names and values of the keys and images that are included. */
  readonly sizeBytes: number;
  readonly viewType: StreamViewType;
  /** The service that did it, where no user did: expiry by TTL. */
  readonly userIdentity?: { readonly type: string; readonly principalId: string } | undefined;
}

/** A change as a normalized event; its id is the change's, its name `INSERT`, `MODIFY` or `REMOVE`. */
export type ItemChangeEvent = NormalizedEvent<ItemChange>;
