import { createHash } from 'node:crypto';
import type { FunctionConfiguration, LastUpdateStatus, State } from '@aws-sdk/client-lambda';
import type { RuntimeProblem } from '../runtime-support.ts';
import type { FunctionRecord, VersionRecord } from './function-record.ts';

/** How a version is shown. */
export interface ConfigurationView {
  /** ARN with the qualifier that the caller used. */
  readonly arn: string;
  /** Whether its creation or update is still going on. */
  readonly settling: boolean;
  readonly codeSha256: string;
  readonly codeSize: number;
  /** Why it cannot run on this machine. */
  readonly problem: RuntimeProblem | undefined;
}

/** The member lists of AWS: lists leave out the state and the runtime's version. */
export function listedConfiguration(
  record: FunctionRecord,
  version: VersionRecord,
  view: ConfigurationView,
): FunctionConfiguration {
  const { settings } = version;
  const { environment, deadLetterArn } = settings;
  return {
    FunctionName: record.name,
    FunctionArn: view.arn,
    Runtime: settings.runtime as FunctionConfiguration['Runtime'],
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: view.codeSize,
    Description: settings.description,
    Timeout: settings.timeoutSeconds,
    MemorySize: settings.memoryMb,
    LastModified: lambdaDate(version.lastModifiedMs),
    CodeSha256: view.codeSha256,
    Version: version.version,
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: view.settling ? version.settlingRevisionId : version.revisionId,
    PackageType: 'Zip',
    Architectures: [settings.architecture],
    EphemeralStorage: { Size: settings.ephemeralStorageMb },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: loggingConfig(record, version),
    ...(environment ? { Environment: { Variables: { ...environment } } } : {}),
    ...(deadLetterArn ? { DeadLetterConfig: { TargetArn: deadLetterArn } } : {}),
    ...(settings.emptyVpc
      ? { VpcConfig: { Ipv6AllowedForDualStack: false, SecurityGroupIds: [], SubnetIds: [], VpcId: '' } }
      : {}),
  };
}

/** The whole configuration, as GetFunction and the changing calls answer it. */
export function functionConfiguration(
  record: FunctionRecord,
  version: VersionRecord,
  view: ConfigurationView,
): FunctionConfiguration {
  const region = record.region;
  const runtimeId = createHash('sha256').update(version.settings.runtime).digest('hex');
  return {
    ...listedConfiguration(record, version, view),
    RuntimeVersionConfig: { RuntimeVersionArn: `arn:aws:lambda:${region}::runtime:${runtimeId}` },
    ...stateOf(version, view),
  };
}

const CREATING = 'The function is being created.';

/** Pending → Active | Failed at creation, InProgress → Successful | Failed at an update. */
function stateOf(version: VersionRecord, { settling, problem }: ConfigurationView): Partial<FunctionConfiguration> {
  if (!settling) return problem ? failed(problem) : active('Successful');
  if (version.settling === 'create') {
    return { State: 'Pending' satisfies State, StateReason: CREATING, StateReasonCode: 'Creating' };
  }
  // AWS sends a code here that its own model does not have.
  const code = 'Creating' as FunctionConfiguration['LastUpdateStatusReasonCode'];
  return { ...active('InProgress'), LastUpdateStatusReason: CREATING, LastUpdateStatusReasonCode: code };
}

const active = (status: LastUpdateStatus): Partial<FunctionConfiguration> => ({
  State: 'Active',
  LastUpdateStatus: status,
});

const failed = ({ reason, code }: RuntimeProblem): Partial<FunctionConfiguration> => ({
  State: 'Failed',
  StateReason: reason,
  StateReasonCode: code,
  LastUpdateStatus: 'Failed',
  LastUpdateStatusReason: reason,
  LastUpdateStatusReasonCode: code,
});

function loggingConfig(record: FunctionRecord, { settings }: VersionRecord): FunctionConfiguration['LoggingConfig'] {
  const { logFormat, applicationLogLevel = 'INFO', systemLogLevel = 'INFO' } = settings;
  return {
    LogFormat: logFormat,
    LogGroup: logGroupOf(record, settings.logGroup),
    ...(logFormat === 'JSON' && { ApplicationLogLevel: applicationLogLevel, SystemLogLevel: systemLogLevel }),
  };
}

/** The function's log group, by AWS's naming when none was given. */
export const logGroupOf = ({ name }: FunctionRecord, logGroup?: string): string => logGroup ?? `/aws/lambda/${name}`;

/** `2018-11-27T15:10:45.123+0000`: Lambda writes the offset without a colon. */
export const lambdaDate = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');
