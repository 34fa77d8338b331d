import type { DestinationConfig, FunctionEventInvokeConfig } from '@aws-sdk/client-lambda';
import { asArn } from '../../core/arn.ts';
import type { RequestContext } from '../../core/operation.ts';
import { invalidParameter, notFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';
import { requireDestinations } from '../policy/delivery-target.ts';
import { functionArn, ownReference } from './function-name.ts';
import { type FunctionRecord, type InvokeConfigRecord, LATEST } from './function-record.ts';

/** What Put and Update have in common. */
export interface GivenInvokeConfig {
  readonly FunctionName: string | undefined;
  readonly Qualifier?: string | undefined;
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumEventAgeInSeconds?: number | undefined;
  readonly DestinationConfig?: DestinationConfig | undefined;
}

/** How a configuration is answered; the ARN always carries its qualifier. */
export function invokeConfiguration(
  record: FunctionRecord,
  qualifier: string,
  config: InvokeConfigRecord,
): FunctionEventInvokeConfig {
  const { maximumRetryAttempts, maximumEventAgeSeconds, onSuccess, onFailure } = config;
  return {
    LastModified: new Date(config.lastModifiedMs),
    FunctionArn: functionArn(record, qualifier),
    ...(maximumRetryAttempts === undefined ? {} : { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAgeSeconds === undefined ? {} : { MaximumEventAgeInSeconds: maximumEventAgeSeconds }),
    DestinationConfig: {
      OnSuccess: onSuccess ? { Destination: onSuccess } : {},
      OnFailure: onFailure ? { Destination: onFailure } : {},
    },
  };
}

/** Stores what was given; `keep` decides what of the present configuration stays. */
export async function storeInvokeConfig(
  service: LambdaService,
  input: GivenInvokeConfig,
  context: RequestContext,
  keep: (record: FunctionRecord, qualifier: string) => Partial<InvokeConfigRecord>,
): Promise<FunctionEventInvokeConfig> {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig } = input;
  if (MaximumRetryAttempts === undefined && MaximumEventAgeInSeconds === undefined && !DestinationConfig) {
    throw invalidParameter('You must specify at least one of error handling or destination setting.');
  }
  const reference = ownReference(context, input.FunctionName ?? '', input.Qualifier);
  const { name, qualifier = LATEST } = reference;
  const known = await service.functions.find(reference);
  if (!known || !hasQualifier(known, qualifier)) throw notFound("The function doesn't exist.");
  await requireDestinations(service.targets, name, DestinationConfig);
  const given = givenValues(input);
  const record = await service.functions.change(reference, (before) => {
    const config: InvokeConfigRecord = {
      ...keep(before, qualifier),
      ...given,
      lastModifiedMs: service.clock.nowMs(),
    };
    return { ...before, invokeConfigs: { ...before.invokeConfigs, [qualifier]: withoutEmpty(config) } };
  });
  return invokeConfiguration(record, qualifier, requireInvokeConfig(record, qualifier));
}

/** The configuration of exactly that qualifier, or AWS's 404. */
export function requireInvokeConfig(record: FunctionRecord, qualifier: string): InvokeConfigRecord {
  const config = record.invokeConfigs[qualifier];
  if (!config) throw noInvokeConfig(functionArn(record, qualifier));
  return config;
}

/** 404 of a qualifier without configuration. */
export const noInvokeConfig = (arn: string) => notFound(`The function ${arn} doesn't have an EventInvokeConfig`);

const hasQualifier = (record: FunctionRecord, qualifier: string) =>
  qualifier === LATEST || qualifier in record.versions || qualifier in record.aliases;

function givenValues({ MaximumRetryAttempts, MaximumEventAgeInSeconds, DestinationConfig }: GivenInvokeConfig) {
  const { OnSuccess, OnFailure } = DestinationConfig ?? {};
  return {
    ...(MaximumRetryAttempts === undefined ? {} : { maximumRetryAttempts: MaximumRetryAttempts }),
    ...(MaximumEventAgeInSeconds === undefined ? {} : { maximumEventAgeSeconds: MaximumEventAgeInSeconds }),
    ...(OnSuccess ? { onSuccess: asArn(OnSuccess.Destination ?? '') } : {}),
    ...(OnFailure ? { onFailure: asArn(OnFailure.Destination ?? '') } : {}),
  };
}

/** An empty destination takes the present one away. */
function withoutEmpty(config: InvokeConfigRecord): InvokeConfigRecord {
  const kept = Object.entries(config).filter(([, value]) => value !== '');
  return Object.fromEntries(kept) as unknown as InvokeConfigRecord;
}
