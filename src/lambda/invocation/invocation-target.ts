import type { Arn } from '../../core/arn.ts';
import type { ResolvedFunction } from '../../core/function.ts';
import type { RequestContext } from '../../core/operation.ts';
import { functionArn, referenceTo } from '../function/function-name.ts';
import { accessDenied, conflict, functionNotFound } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';

/** The function that a caller wants to run, as the caller qualified it. */
export async function invocationTarget(
  service: LambdaService,
  context: RequestContext,
  named: { readonly functionName: string; readonly qualifier: string | undefined },
): Promise<{ readonly arn: Arn; readonly found: Extract<ResolvedFunction, { kind: 'found' }> }> {
  const reference = referenceTo(context, named.functionName, named.qualifier);
  const arn = functionArn(reference, reference.qualifier);
  if (reference.account !== context.account) await requirePermission(service, context, arn);
  const found = await service.directory.resolve(arn);
  if (found.kind === 'missing') throw functionNotFound(found.arn);
  if (found.state === 'Pending' || found.state === 'Failed') {
    throw conflict(
      `The operation cannot be performed at this time. The function is currently in the following state: ${found.state}`,
    );
  }
  return { arn, found };
}

/** Another account's function runs only where its resource policy says so. */
async function requirePermission(service: LambdaService, context: RequestContext, arn: Arn): Promise<void> {
  const { account } = context;
  const principal = `arn:aws:iam::${account}:root`;
  const claim = { principal, sourceArn: context.caller.arn as Arn, sourceAccount: account };
  if (await service.directory.allowsInvoke(arn, claim)) return;
  throw accessDenied(
    `User: ${context.caller.arn} is not authorized to perform: lambda:InvokeFunction on resource: ${arn} ` +
      'because no resource-based policy allows the lambda:InvokeFunction action',
  );
}
