import { type Arn, asArn } from '../../../src/core/arn.ts';

/** A consumer with throughput of its own, as its stream keeps it. */
export interface Consumer {
  readonly name: string;
  readonly arn: Arn;
  readonly createdAtMs: number;
  /** Until then it is being created. */
  readonly activeAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string | undefined;
}

/** The ARN of a consumer: it names the second of its registration, so that each registration has another. */
export const consumerArn = (stream: Arn, name: string, createdAtMs: number): Arn =>
  asArn(`${stream}/consumer/${name}:${Math.floor(createdAtMs / 1000)}`);

/** A consumer as the API describes it. */
export function consumerOutput({ name, arn, createdAtMs, activeAtMs }: Consumer, nowMs: number) {
  return {
    ConsumerName: name,
    ConsumerARN: arn,
    ConsumerStatus: nowMs < activeAtMs ? ('CREATING' as const) : ('ACTIVE' as const),
    ConsumerCreationTimestamp: new Date(createdAtMs),
  };
}
