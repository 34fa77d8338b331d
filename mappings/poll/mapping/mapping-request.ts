import type { Arn } from '../../../src/core/arn.ts';
import { ServiceError } from '../../../src/core/errors.ts';
import type { FunctionDirectory } from '../../../src/core/function.ts';
import type { RequestContext } from '../../../src/core/operation.ts';
import { requestedSource } from '../kafka/self-managed-source.ts';
import { functionReference } from './function-reference.ts';
import type { MappingKind } from './mapping-kind.ts';
import { isPassing, type MappingRecord } from './mapping-record.ts';
import { type MappingInput, refuse } from './mapping-settings.ts';

/** What a create or update request comes to, once it is found good. */
export type MappingRequest = Pick<MappingRecord, 'sourceArn' | 'functionArn' | 'settings'>;

/** What a request is checked against. */
export interface RequestParts {
  /** The kind of mapping that takes from the ARN's service. */
  readonly kindOf: (sourceArn: Arn) => MappingKind | undefined;
  readonly functions: FunctionDirectory;
}

/** Checks a request in AWS's order: the kind of source, the function, the parameters, the source itself. */
export async function readMapping(
  parts: RequestParts,
  input: MappingInput,
  context: RequestContext,
  current?: MappingRecord,
): Promise<MappingRequest> {
  const sourceArn = current?.sourceArn ?? requestedSource(input, context);
  const kind = parts.kindOf(sourceArn) ?? refuse('Unrecognized event source.');
  const functionArn = functionOf(input, context) ?? current?.functionArn ?? refuse('Function does not exist');
  const found = await parts.functions.resolve(functionArn);
  // A mapping outlives its function, and can then still be changed.
  if (found.kind === 'missing' && functionArn !== current?.functionArn) refuse('Function does not exist');
  const functionTimeoutMs = found.kind === 'found' ? found.spec.timeoutMs : 0;
  const settings = await kind.readSettings({ input, sourceArn, current: current?.settings, functionTimeoutMs });
  return { sourceArn, functionArn, settings };
}

/** One mapping per source and function. */
export function checkNotThere(
  kind: MappingKind | undefined,
  { sourceArn, functionArn }: MappingRequest,
  records: readonly MappingRecord[],
): void {
  const twin = records.find((record) => record.sourceArn === sourceArn && record.functionArn === functionArn);
  if (!kind || !twin) return;
  const functionName = functionArn.split(':')[6] ?? '';
  throw new ServiceError(
    'ResourceConflictException',
    kind.twinMessage({ sourceArn, functionArn, functionName, uuid: twin.uuid }),
    {
      status: 409,
      members: { Type: 'User' },
    },
  );
}

/** Nothing can be asked of a mapping that is on its way. */
export function refuseInUse(record: MappingRecord, what: 'update' | 'delete'): void {
  if (!isPassing(record)) return;
  throw new ServiceError('ResourceInUseException', `Cannot ${what} the event source mapping because it is in use.`, {
    status: 400,
    members: { Type: 'User' },
  });
}

function functionOf(input: MappingInput, context: RequestContext): Arn | undefined {
  const name = input['FunctionName'];
  if (name === undefined) return undefined;
  return functionReference(String(name), context) ?? refuse('Function does not exist');
}
