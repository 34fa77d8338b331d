/** A log group of CloudWatch Logs. */
export interface LogGroupDeclaration {
  /** Days. By default for ever. */
  readonly retentionInDays?: number | undefined;
  /** By name. */
  readonly subscriptionFilters?: Readonly<Record<string, SubscriptionFilterDeclaration>> | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Which log events go on: to one of `function` and `stream`. */
export interface SubscriptionFilterDeclaration {
  /** By default all of them. */
  readonly filterPattern?: string | undefined;
  /** Name or ARN. The log group is given the permission to invoke it. */
  readonly function?: string | undefined;
  /** Name or ARN. */
  readonly stream?: string | undefined;
}
