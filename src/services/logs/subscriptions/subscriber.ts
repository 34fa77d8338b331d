import { type Arn, asArn, parseArn, type Scope } from '../../../core/arn.ts';
import { deliverTo } from '../../../core/delivery/deliver-to.ts';
import { ServiceError } from '../../../core/errors.ts';
import { invalidParameter, unsupported } from '../errors.ts';
import { groupArn, type LogGroup } from '../group/log-group.ts';
import type { LogsService } from '../service.ts';
import { controlMessage } from './envelope.ts';
import { servicePrincipal } from './subscriptions.ts';

/** Refuses what can subscribe no group, before AWS looks whether there is such a group. The texts are recorded. */
export function checkSubscriber(arn: Arn, roleArn: string | undefined, { account }: Scope): void {
  const parts = parseArn(arn);
  switch (parts?.service) {
    case 'lambda':
      if (parts.account === account) return;
      throw new ServiceError(
        'AccessDeniedException',
        'Cross-account lambda invocation passing is not allowed. You must use DestinationPolicies to create cross account lambda triggers.',
      );
    case 'kinesis':
      if (roleArn !== undefined) return;
      throw invalidParameter('destinationArn for vendor kinesis cannot be used without roleArn');
    case 'logs':
      return;
    case undefined:
      throw invalidParameter(`Invalid destinationArn: ${arn}`);
    default:
      throw unsupported(`subscriptions of ${parts?.service}`);
  }
}

/** Refuses what is not there or may not be used; a stream gets a message that says so. */
export async function checkReachable(service: LogsService, group: LogGroup, arn: Arn): Promise<void> {
  const target = await service.destinations.resolve(arn);
  if (!target) throw new ServiceError('ResourceNotFoundException', 'The specified destination does not exist.');
  if (parseArn(target)?.service === 'lambda') await checkFunction(service, group, target);
  else await checkStream(service, group, target);
}

/** A function that logs what it is invoked for would be invoked for that, without an end. */
async function checkFunction({ targets }: LogsService, group: LogGroup, arn: Arn): Promise<void> {
  const [, name] = parseArn(arn)?.resource.split(':') ?? [];
  if (group.name === `/aws/lambda/${name}`) {
    throw invalidParameter('The log group provided is reserved for the function logs of the destination function.');
  }
  const found = await targets.find(arn)?.describe(arn);
  const sourceArn = asArn(`${groupArn(group, group.name)}:*`);
  for (const principal of [servicePrincipal(group.region), 'logs.amazonaws.com']) {
    if (await found?.allows?.({ principal, sourceArn, sourceAccount: group.account })) return;
  }
  throw invalidParameter(
    'Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.',
  );
}

/** Tells the stream that it is subscribed. */
export async function checkStream({ targets, clock, random }: LogsService, group: LogGroup, arn: Arn): Promise<void> {
  const delivery = {
    payload: controlMessage(clock.nowMs()),
    key: random.uuid(),
    principal: servicePrincipal(group.region),
    sourceArn: groupArn(group, group.name),
    eventIds: [],
  };
  const outcome = await deliverTo(targets, arn, delivery, AbortSignal.timeout(ANSWER_MS));
  if (outcome.kind === 'accepted') return;
  throw invalidParameter(
    'Could not deliver test message to specified Kinesis stream. Check if the given kinesis stream is in ACTIVE state.',
  );
}

const ANSWER_MS = 5_000;
