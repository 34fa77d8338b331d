import { type Arn, asArn, parseArn } from '../../src/core/arn.ts';
import { ServiceError } from '../../src/core/errors.ts';
import type { FunctionDirectory } from '../../src/core/function.ts';
import type { RequestContext } from '../../src/core/operation.ts';
import type { PollSource } from '../../src/core/source.ts';
import { functionReference } from './function-reference.ts';
import type { MappingRecord } from './mapping-record.ts';
import { checkQueueSettings, readQueueSettings, refuse } from './queue-settings.ts';

/** What a create or update request comes to, once it is found good. */
export type MappingRequest = Pick<MappingRecord, 'sourceArn' | 'functionArn' | 'settings'>;

/** What a request is checked against. */
export interface RequestParts {
  readonly sources: ReadonlyMap<string, PollSource>;
  readonly functions: FunctionDirectory;
}

/** Sources whose mappings need a starting position, which is checked even where the source does not exist. */
const STREAMS = new Set(['kinesis', 'dynamodb']);

/** Checks a request in AWS's order: the kind of source, the function, the parameters, the source itself. */
export async function readMapping(
  parts: RequestParts,
  input: Readonly<Record<string, unknown>>,
  context: RequestContext,
  current?: MappingRecord,
): Promise<MappingRequest> {
  const sourceArn = current?.sourceArn ?? asArn(String(input['EventSourceArn'] ?? ''));
  const service = parseArn(sourceArn)?.service ?? '';
  const source = parts.sources.get(service);
  if (!source && !STREAMS.has(service)) refuse('Unrecognized event source.');
  const functionArn = functionOf(input, context) ?? current?.functionArn ?? refuse('Function does not exist');
  const found = await parts.functions.resolve(functionArn);
  // A mapping outlives its function, and can then still be changed.
  if (found.kind === 'missing' && functionArn !== current?.functionArn) refuse('Function does not exist');
  if (!source) return refuseStream(sourceArn, input);
  const settings = readQueueSettings(input, current?.settings);
  const queue = await source.describe(sourceArn);
  if (!queue && !current) refuseQueue();
  const timeoutMs = found.kind === 'found' ? found.spec.timeoutMs : 0;
  const visibilityTimeoutMs = queue?.visibilityTimeoutMs ?? timeoutMs;
  checkQueueSettings(settings, { fifo: queue?.fifo ?? false, visibilityTimeoutMs }, timeoutMs);
  return { sourceArn, functionArn, settings };
}

/** One mapping per source and function. The spaces inside the quotes are AWS's own. */
export function checkNotThere({ sourceArn, functionArn }: MappingRequest, records: readonly MappingRecord[]): void {
  const twin = records.find((record) => record.sourceArn === sourceArn && record.functionArn === functionArn);
  if (!twin) return;
  const [, , , , , , name] = functionArn.split(':');
  throw new ServiceError(
    'ResourceConflictException',
    `An event source mapping with SQS arn (" ${sourceArn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${twin.uuid}`,
    { status: 409, members: { Type: 'User' } },
  );
}

/** Nothing can be asked of a mapping that is on its way. */
export function refuseInUse({ state }: MappingRecord, what: 'update' | 'delete'): void {
  if (state === 'Enabled' || state === 'Disabled') return;
  throw new ServiceError('ResourceInUseException', `Cannot ${what} the event source mapping because it is in use.`, {
    status: 400,
    members: { Type: 'User' },
  });
}

function functionOf(input: Readonly<Record<string, unknown>>, context: RequestContext): Arn | undefined {
  const name = input['FunctionName'];
  if (name === undefined) return undefined;
  return functionReference(String(name), context) ?? refuse('Function does not exist');
}

function refuseQueue(): never {
  return refuse(
    'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
  );
}

function refuseStream(sourceArn: Arn, input: Readonly<Record<string, unknown>>): never {
  if (input['StartingPosition'] === undefined) {
    refuse(
      "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
    );
  }
  return refuse(`Stream not found: ${sourceArn}`);
}
