import type { CreateFunctionRequest, LoggingConfig, UpdateFunctionConfigurationRequest } from '@aws-sdk/client-lambda';
import { asArn } from '../../core/arn.ts';
import { invalidParameter, notSupported, validationError } from '../lambda-error.ts';
import { requireRuntime } from '../runtime-support.ts';
import { requireEnvironment } from './environment-variables.ts';
import type { FunctionSettings } from './function-record.ts';

/** What both calls may set. */
type GivenSettings = Partial<CreateFunctionRequest> & Partial<UpdateFunctionConfigurationRequest>;

const DEFAULTS = {
  description: '',
  memoryMb: 128,
  timeoutSeconds: 3,
  ephemeralStorageMb: 512,
  architecture: 'x86_64',
  logFormat: 'Text',
} as const;

/** Settings of a new function, with AWS's defaults. */
export function newSettings(given: CreateFunctionRequest): FunctionSettings {
  refuseUnsupported(given);
  if (!given.Runtime || !given.Handler) {
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  const needed = { runtime: given.Runtime, handler: given.Handler, role: asArn(given.Role ?? '') };
  return changedSettings({ ...DEFAULTS, ...needed }, given);
}

/** Settings with what was given replaced. Refuses what AWS refuses, and what Headwater does not do. */
export function changedSettings(settings: FunctionSettings, given: GivenSettings): FunctionSettings {
  refuseUnsupported(given);
  if (given.Runtime !== undefined) requireRuntime(given.Runtime);
  const variables = given.Environment?.Variables;
  if (variables) requireEnvironment(variables);
  requireAtMost('timeout', given.Timeout, MAX_TIMEOUT_SECONDS);
  requireAtMost('memorySize', given.MemorySize, MAX_MEMORY_MB);
  const next: Record<string, unknown> = { ...settings };
  const set = (name: keyof FunctionSettings, value: unknown) => {
    if (value !== undefined) next[name] = value;
  };
  set('description', given.Description);
  set('runtime', given.Runtime);
  set('handler', given.Handler);
  set('role', given.Role);
  set('memoryMb', given.MemorySize);
  set('timeoutSeconds', given.Timeout);
  set('ephemeralStorageMb', given.EphemeralStorage?.Size);
  set('architecture', given.Architectures?.[0]);
  set('environment', given.Environment && (variables ?? {}));
  set('logFormat', given.LoggingConfig?.LogFormat);
  set('applicationLogLevel', given.LoggingConfig?.ApplicationLogLevel);
  set('systemLogLevel', given.LoggingConfig?.SystemLogLevel);
  set('logGroup', given.LoggingConfig?.LogGroup);
  set('emptyVpc', given.VpcConfig && true);
  set('deadLetterArn', given.DeadLetterConfig?.TargetArn);
  if (given.DeadLetterConfig?.TargetArn === '') delete next['deadLetterArn'];
  if (next['logFormat'] === 'Text') withoutLogLevels(next, given.LoggingConfig);
  return next as unknown as FunctionSettings;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html */
function withoutLogLevels(settings: Record<string, unknown>, given: LoggingConfig = {}): void {
  if (given.ApplicationLogLevel !== undefined || given.SystemLogLevel !== undefined) {
    throw invalidParameter(
      'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "Json" and try again.',
    );
  }
  delete settings['applicationLogLevel'];
  delete settings['systemLogLevel'];
}

/** The model allows more, for managed instances; these are the limits of functions as Headwater runs them. */
const MAX_TIMEOUT_SECONDS = 900;
const MAX_MEMORY_MB = 10_240;

function requireAtMost(member: string, value: number | undefined, most: number): void {
  if (value === undefined || value <= most) return;
  throw validationError(
    `Value '${value}' at '${member}' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
  );
}

/** Each of these would change what runs, or where; nothing of it is accepted and ignored. */
function refuseUnsupported(given: GivenSettings): void {
  const refused: readonly (readonly [boolean, string])[] = [
    [given.PackageType === 'Image', 'container images (PackageType "Image")'],
    [hasValues(given.ImageConfig), 'container images (ImageConfig)'],
    [hasItems(given.Layers), 'layers (Layers)'],
    [hasItems(given.VpcConfig?.SubnetIds) || hasItems(given.VpcConfig?.SecurityGroupIds), 'VPCs (VpcConfig)'],
    [hasItems(given.FileSystemConfigs), 'file systems (FileSystemConfigs)'],
    [given.SnapStart?.ApplyOn === 'PublishedVersions', 'SnapStart (SnapStart.ApplyOn "PublishedVersions")'],
    [given.TracingConfig?.Mode === 'Active', 'active tracing (TracingConfig.Mode "Active")'],
    [Boolean(given.KMSKeyArn), 'customer managed keys (KMSKeyArn)'],
    [Boolean(given.CodeSigningConfigArn), 'code signing (CodeSigningConfigArn)'],
    [given.DurableConfig !== undefined, 'durable functions (DurableConfig)'],
    [given.CapacityProviderConfig !== undefined, 'capacity providers (CapacityProviderConfig)'],
    [given.TenancyConfig !== undefined, 'tenant isolation (TenancyConfig)'],
    [given.PublishTo !== undefined, 'publishing to $LATEST.PUBLISHED (PublishTo)'],
  ];
  for (const [present, what] of refused) if (present) throw notSupported(what);
}

const hasItems = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0;

const hasValues = (value: object | undefined) => value !== undefined && Object.keys(value).length > 0;
