import type { Target } from '@aws-sdk/client-scheduler';
import { parseArn } from '../../../src/core/arn.ts';
import { SECOND } from '../../../src/core/clock.ts';
import { DEFAULT_RETRY_LIMITS } from '../../../src/core/delivery/retry-limits.ts';
import { invalid, invalidRequest, invalidTargetArn, missingFields, unsupported } from '../errors.ts';
import type { ScheduleTarget } from '../schedule/schedule.ts';
import { sampleOf } from './context-attributes.ts';
import { type Template, templateFor } from './template.ts';
import { universalAction, universalFor } from './universal.ts';

/** docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html */
const MAX_INPUT_BYTES = 256 * 1024;

/** Settings that only targets of one kind have. */
const PARAMETERS = [
  'EcsParameters',
  'EventBridgeParameters',
  'EventBridgePutEventsV2Parameters',
  'EventBridgePutRawEventsParameters',
  'KinesisParameters',
  'SageMakerPipelineParameters',
  'SqsParameters',
] as const;

/** Services that AWS has templates for, and we do not. */
const OTHERS = /^(codebuild|codepipeline|ecs|inspector|firehose|sagemaker|states)$/;

/** Checks a target and fills in its retry policy. Whether it is there shows when it is invoked, as on AWS. */
export function readTarget(target: Target | undefined): ScheduleTarget {
  const { Arn = '', RoleArn = '', Input: input, RetryPolicy } = target ?? {};
  if (input !== undefined && Buffer.byteLength(input) > MAX_INPUT_BYTES) {
    throw invalid(`Input exceeds the maximum size of ${MAX_INPUT_BYTES} bytes.`);
  }
  const checked: ScheduleTarget = { ...target, Arn, RoleArn, RetryPolicy: retryPolicyOf(RetryPolicy) };
  const action = universalAction(Arn);
  if (action === undefined) checkTemplated(checked);
  else checkUniversal(checked, action);
  return checked;
}

function checkTemplated(target: ScheduleTarget): void {
  const parts = parseArn(target.Arn);
  if (!parts) throw invalidTargetArn();
  const template = templateFor(parts.service);
  if (!template && OTHERS.test(parts.service)) throw unsupported(`schedules with a target of ${parts.service}`);
  if (!template?.resource.test(parts.resource)) throw invalidTargetArn();
  checkParameters(target, template);
  if (template.needsJson && target.Input !== undefined) parseInput(target.Input);
}

function checkParameters(target: ScheduleTarget, { action, parameters, needsParameters }: Template): void {
  refuseParameters(target, action, parameters);
  if (needsParameters && parameters && target[parameters] === undefined) {
    throw invalid(`${parameters} must be provided for a target of ${action}.`);
  }
  if (target.EventBridgeParameters?.Source?.startsWith('$')) {
    throw unsupported('a Source in EventBridgeParameters that is a path');
  }
}

function checkUniversal(target: ScheduleTarget, action: string): void {
  const universal = universalFor(action);
  if (!universal) throw unsupported(`schedules that call ${action}`);
  refuseParameters(target, action);
  const request = parseInput(target.Input ?? '{}');
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw invalidRequest('Input is no JSON object.');
  }
  const missing = universal.required.filter((name) => !Object.hasOwn(request, name));
  if (missing.length > 0) throw missingFields(missing);
}

function refuseParameters(target: ScheduleTarget, action: string, fitting?: string): void {
  const wrong = PARAMETERS.find((name) => name !== fitting && target[name] !== undefined);
  if (wrong) throw invalid(`${wrong} must not be provided for a target of ${action}.`);
}

function parseInput(input: string): unknown {
  try {
    return JSON.parse(sampleOf(input));
  } catch {
    throw invalidRequest('Input is no well-formed JSON.');
  }
}

function retryPolicyOf(given: Target['RetryPolicy']): ScheduleTarget['RetryPolicy'] {
  return {
    MaximumEventAgeInSeconds: given?.MaximumEventAgeInSeconds ?? DEFAULT_RETRY_LIMITS.maximumEventAgeMs / SECOND,
    MaximumRetryAttempts: given?.MaximumRetryAttempts ?? DEFAULT_RETRY_LIMITS.maximumRetryAttempts,
  };
}
