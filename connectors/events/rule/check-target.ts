import type { Target } from '@aws-sdk/client-eventbridge';
import { type ArnParts, asArn, parseArn } from '../../../src/core/arn.ts';
import { parseLosslessJson } from '../../../src/core/json/lossless-json.ts';
import type { Targets } from '../../../src/core/target.ts';
import { namedByArn } from '../api-destination/api-destination.ts';
import { busOfArn } from '../bus/bus.ts';
import type { BusName } from '../bus-events.ts';
import { unsupported, validation } from '../errors.ts';
import { isWellFormed, parseTemplate, variablesOf } from '../input/input-template.ts';
import { parseJsonPath } from '../input/json-path.ts';
import { PREDEFINED } from '../input/target-input.ts';
import type { RuleTarget } from './rule.ts';

/** Services that rules deliver to here, where they exist. */
const SERVICES = new Set(['events', 'firehose', 'kinesis', 'lambda', 'logs', 'sns', 'sqs', 'states']);
/** Services that rules deliver to on AWS alone. docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
const ELSEWHERE = new Set(
  `appsync automation autoscaling batch codebuild codepipeline ec2 ecs execute-api glue imagebuilder inspector redshift
   redshift-serverless sagemaker ssm ssm-incidents`.split(/\s+/),
);
/** Services that rules only reach by a role. */
const NEEDS_ROLE = new Set(['firehose', 'kinesis', 'states']);
/** Parameters of targets that do not exist here. */
const FOREIGN_PARAMETERS = [
  'RunCommandParameters',
  'EcsParameters',
  'BatchParameters',
  'RedshiftDataParameters',
  'SageMakerPipelineParameters',
  'AppSyncParameters',
] as const;

/** Checks a target before it is put; what it names need not exist, as on AWS. */
export function checkTarget(target: Target, bus: BusName, targets: Targets): RuleTarget {
  const { Id = '', Arn = '' } = target;
  const parts = parseArn(Arn);
  if (!parts) throw validation(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  // The whole request is refused, as on AWS: FailedEntries are of changes that come at once.
  if (!SERVICES.has(parts.service) && !ELSEWHERE.has(parts.service)) {
    throw validation(`${parts.service} is not a supported service for a target.`);
  }
  const foreign = FOREIGN_PARAMETERS.find((name) => target[name] !== undefined);
  if (foreign) throw unsupported(`the target parameter ${foreign}`);
  if (!isReachable(Arn, parts, targets)) throw unsupported(`${Arn} as a target of rules`);
  if (target.HttpParameters && !namedByArn(Arn, 'api-destination')) {
    throw unsupported('the target parameter HttpParameters for anything but API destinations');
  }
  if (target.RoleArn === undefined && needsRole(parts, bus)) throw validation(`RoleArn is required for target ${Arn}.`);
  checkInput(target);
  if (parts.service === 'sqs' && Arn.endsWith('.fifo') && !target.SqsParameters?.MessageGroupId) {
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
  }
  checkPath(target.KinesisParameters?.PartitionKeyPath, Id);
  checkDeadLetters(target);
  return { ...target, Id, Arn };
}

function isReachable(arn: string, { service }: ArnParts, targets: Targets): boolean {
  if (service === 'events') return (busOfArn(arn) ?? namedByArn(arn, 'api-destination')) !== undefined;
  return SERVICES.has(service) && targets.find(asArn(arn)) !== undefined;
}

/** What belongs to somebody else, or lies elsewhere, is reached by a role too. */
function needsRole({ service, account, region, resource }: ArnParts, bus: BusName): boolean {
  if (NEEDS_ROLE.has(service) || resource.startsWith('api-destination/')) return true;
  if (service === 'events') return account !== bus.account || region !== bus.region;
  return service === 'sns' && account !== bus.account;
}

function checkInput({ Id = '', Arn = '', Input, InputPath, InputTransformer }: Target): void {
  const given = [Input, InputPath, InputTransformer].filter((input) => input !== undefined);
  if (given.length > 1) {
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  // An event reaches another bus as it is; the text is ours.
  if (given.length > 0 && busOfArn(Arn)) {
    throw validation(`Input, InputPath and InputTransformer are not supported for the event bus target ${Id}.`);
  }
  // Measured by others: a scalar will do.
  if (Input !== undefined && !parseLosslessJson(Input)) throw validation(`JSON syntax error in input for target ${Id}`);
  checkPath(InputPath, Id);
  if (InputTransformer) checkTransformer(InputTransformer, Id);
}

function checkTransformer(
  { InputPathsMap = {}, InputTemplate = '' }: NonNullable<Target['InputTransformer']>,
  id: string,
): void {
  for (const path of Object.values(InputPathsMap)) checkPath(path, id);
  const template = parseTemplate(InputTemplate);
  const unknown = variablesOf(template).find(
    (name) => !Object.hasOwn(InputPathsMap, name) && !PREDEFINED.includes(name),
  );
  if (unknown !== undefined) {
    throw validation(`InputTemplate for target ${id} contains invalid placeholder ${unknown}.`);
  }
  // Text unverified.
  if (!isWellFormed(template))
    throw validation(`Invalid InputTemplate for target ${id} : it is neither JSON nor text in quotes.`);
}

/** Text unverified. */
function checkPath(path: string | undefined, id: string): void {
  if (path !== undefined && !parseJsonPath(path)) throw validation(`Invalid JSONPath ${path} for target ${id}.`);
}

/** Texts are ours: AWS refuses such queues too. */
function checkDeadLetters({ Id = '', DeadLetterConfig }: Target): void {
  const arn = DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  if (parseArn(arn)?.service !== 'sqs')
    throw validation(`The dead-letter queue of target ${Id} is not an SQS queue: ${arn}`);
  if (arn.endsWith('.fifo')) throw validation(`The dead-letter queue of target ${Id} must be a standard queue: ${arn}`);
}
