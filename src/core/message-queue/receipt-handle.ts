/** What a receipt handle says: the queue's tag, the message's sequence in it, and the token of one receive. */
export interface ReceiptHandle {
  readonly tag: string;
  readonly sequence: number;
  readonly receipt: string;
}

const PREFIX = 'AQEB';
const RADIX = 36;

/** The handle as clients get it; opaque to them. */
export const writeHandle = ({ tag, sequence, receipt }: ReceiptHandle): string =>
  `${PREFIX}${tag}/${sequence.toString(RADIX)}/${receipt}`;

/** What the handle says; `undefined` when it is none. */
export function readHandle(handle: string): ReceiptHandle | undefined {
  if (!handle.startsWith(PREFIX)) return undefined;
  const [tag = '', digits = '', receipt] = handle.slice(PREFIX.length).split('/');
  return !receipt ? undefined : { tag, sequence: Number.parseInt(digits, RADIX), receipt };
}
