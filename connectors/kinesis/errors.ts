import { ServiceError } from '../../src/core/errors.ts';

// The texts are AWS's own; where they come from is in the comments of who throws them.

/** A stream as the texts name it. */
export interface NamedStream {
  readonly name: string;
  readonly account: string;
}

/** A parameter that Kinesis refuses in a sentence of its own. */
export const invalidArgument = (message: string): ServiceError => new ServiceError('InvalidArgumentException', message);

/** Something that is not there. */
export const notFound = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

/** Something that cannot be had now. */
export const inUse = (message: string): ServiceError => new ServiceError('ResourceInUseException', message);

/** A quota that is reached. */
export const limitExceeded = (message: string): ServiceError => new ServiceError('LimitExceededException', message);

/** A parameter that the constraint layer refuses. */
export const invalidParameter = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** A member that the model does not require and the operation does. */
export const missingMember = (member: string): ServiceError =>
  invalidParameter(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );

/** A parameter of AWS that Headwater does not act on. */
export const unsupportedParameter = (parameter: string): ServiceError =>
  invalidArgument(`Headwater does not support ${parameter}`);

/** Recorded, in CBOR too. */
export const streamNotFound = ({ name, account }: NamedStream): ServiceError =>
  notFound(`Stream ${name} under account ${account} not found.`);

/** A shard as operations on shards miss it. */
export const shardNotFound = (shardId: string, { name, account }: NamedStream): ServiceError =>
  notFound(`Could not find shard ${shardId} in stream ${name} under account ${account}.`);

/** A shard as reading misses it. */
export const shardDoesNotExist = (shardId: string, { name, account }: NamedStream): ServiceError =>
  notFound(`Shard ${shardId} in stream ${name} under account ${account} does not exist`);

/** A consumer of fan-out that is not registered. */
export const consumerNotFound = (consumer: string, account: string): ServiceError =>
  notFound(`Consumer ${consumer}, account ${account} not found.`);

/** More than a shard takes or gives in a second. */
export const rateExceeded = (shardId: string, { name, account }: NamedStream): ServiceError =>
  new ServiceError(
    'ProvisionedThroughputExceededException',
    `Rate exceeded for shard ${shardId} in stream ${name} under account ${account}.`,
  );

/** What a request would have done, had it not been a dry run. */
export const dryRun = (): ServiceError =>
  new ServiceError('DryRunOperationException', 'The request would have succeeded, but the DryRun parameter was set.');
