/** Where messages go that were received too often. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** A stored policy; `undefined` when there is none. */
export function parseRedrivePolicy(text: string | undefined): RedrivePolicy | undefined {
  return text ? (JSON.parse(text) as RedrivePolicy) : undefined;
}
