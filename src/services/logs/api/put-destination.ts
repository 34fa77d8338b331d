import type { PutDestinationRequest, PutDestinationResponse } from '@aws-sdk/client-cloudwatch-logs';
import { asArn, parseArn } from '../../../core/arn.ts';
import type { Operation } from '../../../core/operation.ts';
import { invalidParameter, unsupported } from '../errors.ts';
import { checkedTags } from '../group/tags.ts';
import type { LogsService } from '../service.ts';
import { destinationArn } from '../subscriptions/destination.ts';
import { destinationOutput } from '../subscriptions/destination-output.ts';

/** Names a stream under which groups of other accounts may subscribe it; one of that name is replaced. */
export const putDestination: Operation<LogsService, PutDestinationRequest, PutDestinationResponse> = async (
  { destinations, targets, clock },
  input,
  context,
) => {
  const { destinationName: name = '', roleArn = '', tags = {} } = input;
  const targetArn = asArn(input.targetArn ?? '');
  const target = parseArn(targetArn);
  if (target && target.service !== 'kinesis') throw unsupported(`destinations in ${target.service}`);
  if (!(await targets.find(targetArn)?.describe(targetArn))) {
    throw invalidParameter(
      'Could not deliver test message to specified destination. Check if the destination is valid.',
    );
  }
  const { account, region } = context;
  const destination = await destinations.change(context, name, (before) => ({
    ...{ account, region, name, arn: destinationArn(context, name), targetArn, roleArn },
    createdAtMs: before?.createdAtMs ?? clock.nowMs(),
    accessPolicy: before?.accessPolicy,
    tags: checkedTags(before?.tags ?? {}, tags),
  }));
  return { destination: destinationOutput(destination) };
};
