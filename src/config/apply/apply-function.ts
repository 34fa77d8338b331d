import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LocatedCode, LocatedConfig } from '../read-config.ts';
import { type Applying, type Change, DEFAULT_ROLE, orAbsent, withoutAbsent } from './applying.ts';
import { existingArn } from './existing-arn.ts';

type Declared = LocatedConfig['functions'][string];

/** Makes the function, or updates its code and configuration where they differ. */
export async function applyFunction(applying: Applying, name: string, declared: Declared): Promise<Change> {
  const { call } = applying;
  const found = await orAbsent(call('lambda', 'GetFunction', { FunctionName: name }));
  const configuration = await configurationOf(applying, declared);
  if (!found) {
    const tags = declared.tags ? { Tags: declared.tags } : {};
    await call('lambda', 'CreateFunction', {
      FunctionName: name,
      ...configuration,
      Code: codeOf(declared.code),
      ...tags,
    });
  }
  const changes = [
    found !== undefined && (await updateCode(applying, name, declared.code, found)),
    found !== undefined && (await updateConfiguration(applying, name, configuration, found)),
    await setConcurrency(applying, name, declared, found),
  ];
  if (!found) return 'created';
  return changes.includes(true) ? 'updated' : 'unchanged';
}

async function configurationOf(applying: Applying, declared: Declared): Promise<Record<string, unknown>> {
  const { arnOf, deadLetterService } = applying;
  const { runtime, handler, role = DEFAULT_ROLE, description, environment, timeout, memorySize } = declared;
  const { ephemeralStorage, deadLetterTarget: dead } = declared;
  const deadLetterArn = dead && (await existingArn(applying, deadLetterService(dead), dead));
  return withoutAbsent({
    Runtime: runtime,
    Handler: handler,
    Role: arnOf('iam', role),
    Description: description,
    Environment: environment && { Variables: environment },
    Timeout: timeout,
    MemorySize: memorySize,
    EphemeralStorage: ephemeralStorage && { Size: ephemeralStorage },
    DeadLetterConfig: deadLetterArn && { TargetArn: deadLetterArn },
  });
}

function codeOf(code: LocatedCode): Record<string, unknown> {
  if ('zip' in code) return { ZipFile: new Uint8Array(Buffer.from(code.zip, 'base64')) };
  return { S3Bucket: 'local-folder', S3Key: code.folder };
}

type Found = Readonly<Record<string, unknown>>;
const configurationIn = (found: Found) => found['Configuration'] as Readonly<Record<string, unknown>>;

async function updateCode({ call }: Applying, FunctionName: string, code: LocatedCode, found: Found): Promise<boolean> {
  if (isSameCode(code, found)) return false;
  await call('lambda', 'UpdateFunctionCode', { FunctionName, ...codeOf(code) });
  return true;
}

function isSameCode(code: LocatedCode, found: Found): boolean {
  if ('zip' in code) {
    const sha256 = createHash('sha256').update(Buffer.from(code.zip, 'base64')).digest('base64');
    return configurationIn(found)['CodeSha256'] === sha256;
  }
  const { Location } = (found['Code'] ?? {}) as { readonly Location?: string };
  return Location?.endsWith(code.folder) ?? false;
}

async function updateConfiguration(
  { call }: Applying,
  FunctionName: string,
  wanted: Readonly<Record<string, unknown>>,
  found: Found,
): Promise<boolean> {
  const present = configurationIn(found);
  const differing = Object.entries(wanted).filter(([member, value]) => !isDeepStrictEqual(present[member], value));
  if (differing.length === 0) return false;
  await call('lambda', 'UpdateFunctionConfiguration', { FunctionName, ...Object.fromEntries(differing) });
  return true;
}

async function setConcurrency(
  { call }: Applying,
  FunctionName: string,
  { reservedConcurrentExecutions: wanted }: Declared,
  found: Found | undefined,
): Promise<boolean> {
  const { ReservedConcurrentExecutions: present } = (found?.['Concurrency'] ?? {}) as Record<string, unknown>;
  if (wanted === undefined || wanted === present) return false;
  await call('lambda', 'PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: wanted });
  return true;
}

/** Sets how asynchronous events are retried and where they end; that may be another function, which must exist first. */
export async function applyEventInvokeConfig(
  applying: Applying,
  FunctionName: string,
  { eventInvokeConfig }: Declared,
): Promise<Change> {
  if (!eventInvokeConfig) return 'unchanged';
  const { maximumRetryAttempts, maximumEventAgeInSeconds, onSuccess, onFailure } = eventInvokeConfig;
  const { call, destinationService } = applying;
  const destination = async (name: string | undefined) =>
    name && { Destination: await existingArn(applying, destinationService(name), name) };
  const wanted = withoutEmpty({
    MaximumRetryAttempts: maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeInSeconds,
    DestinationConfig: withoutEmpty({
      OnSuccess: await destination(onSuccess),
      OnFailure: await destination(onFailure),
    }),
  });
  const present = await orAbsent(call('lambda', 'GetFunctionEventInvokeConfig', { FunctionName }));
  const isSame = (member: string) => isDeepStrictEqual(withoutEmpty(present?.[member]), wanted[member]);
  if (present && Object.keys(wanted).every(isSame)) return 'unchanged';
  await call('lambda', 'PutFunctionEventInvokeConfig', { FunctionName, ...wanted });
  return 'updated';
}

function withoutEmpty(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return value as Record<string, unknown>;
  const present = Object.entries(value).filter(([, member]) => member !== undefined && !isEmptyObject(member));
  return Object.fromEntries(present);
}

const isEmptyObject = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
