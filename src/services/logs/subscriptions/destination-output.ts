import type { Destination as DestinationOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { Destination } from './destination.ts';

/** A destination as clients see it. */
export const destinationOutput = (destination: Destination): DestinationOutput => {
  const { name, targetArn, roleArn, accessPolicy, arn, createdAtMs } = destination;
  return {
    destinationName: name,
    targetArn,
    roleArn,
    ...(accessPolicy !== undefined && { accessPolicy }),
    arn,
    creationTime: createdAtMs,
  };
};
