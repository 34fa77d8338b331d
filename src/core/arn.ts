/** An Amazon Resource Name, e.g. `arn:aws:sqs:us-east-1:000000000000:orders`. */
export type Arn = string & { readonly __brand: 'Arn' };

/** Where a resource lives. Nothing leaks from one scope to another. */
export interface Scope {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
}

/** An ARN taken apart; the partition is always `aws`. */
export interface ArnParts extends Scope {
  readonly service: string;
  /** All after the fifth colon, e.g. `function:orders:1`. */
  readonly resource: string;
}

/** The account of every caller whose access key is not itself an account number. */
export const DEFAULT_ACCOUNT = '000000000000';
/** The region of a request that is not signed. */
export const DEFAULT_REGION = 'us-east-1';

/** Splits an ARN; `undefined` when the text is none. */
export function parseArn(text: string): ArnParts | undefined {
  // Most of what is asked about is a plain name.
  if (!text.startsWith('arn:')) return undefined;
  const [, partition, service, region, account, ...resource] = text.split(':');
  if (!partition || !service || resource.length === 0 || resource[0] === '') return undefined;
  return { service, region: region ?? '', account: account ?? '', resource: resource.join(':') };
}

/** Joins the parts in the `aws` partition. */
export function formatArn({ service, region, account, resource }: ArnParts): Arn {
  return `arn:aws:${service}:${region}:${account}:${resource}` as Arn;
}

/** Text that is already known to be an ARN. */
export const asArn = (text: string): Arn => text as Arn;
