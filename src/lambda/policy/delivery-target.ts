import type { DestinationConfig } from '@aws-sdk/client-lambda';
import { asArn, parseArn } from '../../core/arn.ts';
import type { Targets } from '../../core/target.ts';
import { parseFunctionArn } from '../function/function-name.ts';
import { invalidParameter, notSupported } from '../lambda-error.ts';

/** Services that may take what became of an asynchronous invocation; a bucket only takes failures. */
const DESTINATION_SERVICES = new Set(['sqs', 'sns', 'lambda', 'events', 's3']);

/** Checks both destinations of an event-invoke configuration as AWS does. */
export async function requireDestinations(
  targets: Targets,
  functionName: string,
  config: DestinationConfig | undefined,
): Promise<void> {
  const onSuccess = config?.OnSuccess?.Destination;
  const onFailure = config?.OnFailure?.Destination;
  const fits = (arn: string | undefined, asSuccess: boolean) => {
    const service = arn ? parseArn(arn)?.service : 'sqs';
    return service !== undefined && DESTINATION_SERVICES.has(service) && !(asSuccess && service === 's3');
  };
  if (!fits(onSuccess, true) || !fits(onFailure, false)) throw misfit(onSuccess, onFailure);
  for (const arn of [onSuccess, onFailure]) if (arn) await requireDestination(targets, functionName, arn);
}

async function requireDestination(targets: Targets, functionName: string, arn: string): Promise<void> {
  if (parseFunctionArn(arn)?.name === functionName) {
    throw invalidParameter("You can't specify the function as a destination for itself.");
  }
  if (!(await exists(targets, arn))) throw invalidParameter(`The destination ARN ${arn} is invalid.`);
}

function misfit(onSuccess: string | undefined, onFailure: string | undefined) {
  const success = onSuccess ? `OnSuccess(destination=${onSuccess})` : 'null';
  const failure = onFailure ? `OnFailure(destination=${onFailure})` : 'null';
  return invalidParameter(
    `The provided destination config DestinationConfig(onSuccess=${success}, onFailure=${failure}) is invalid.`,
  );
}

/** Checks a function's dead-letter target: a queue or a topic that exists. */
export async function requireDeadLetterTarget(targets: Targets, arn: string | undefined): Promise<void> {
  if (!arn) return;
  const service = parseArn(arn)?.service;
  if (service !== 'sqs' && service !== 'sns') {
    throw invalidParameter(`The dead-letter target ${arn} is invalid: it must be an SQS queue or an SNS topic.`);
  }
  if (!(await exists(targets, arn))) {
    throw invalidParameter(`The dead-letter target ${arn} is invalid: there is no such resource.`);
  }
}

async function exists(targets: Targets, arn: string): Promise<boolean> {
  const target = targets.find(asArn(arn));
  if (!target) throw notSupported(`${parseArn(arn)?.service} as a destination (${arn})`);
  return (await target.describe(asArn(arn))) !== undefined;
}
