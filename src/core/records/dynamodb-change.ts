import type { NormalizedEvent } from '../event.ts';

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

/** An item as JSON has it: binaries are base64, everything else is as the API writes it. */
export function attributeJson(map: AttributeMap): Record<string, unknown> {
  // A null prototype: an attribute may be called `__proto__`.
  const members = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(map)) members[name] = valueJson(value);
  return members;
}

function valueJson(value: AttributeValue): unknown {
  if ('B' in value) return { B: base64(value.B) };
  if ('BS' in value) return { BS: value.BS.map(base64) };
  if ('L' in value) return { L: value.L.map(valueJson) };
  if ('M' in value) return { M: attributeJson(value.M) };
  return value;
}

const base64 = (data: Uint8Array) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
