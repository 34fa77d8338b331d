import type { Concurrency, PutFunctionConcurrencyRequest } from '@aws-sdk/client-lambda';
import { limits } from '../../core/limits.ts';
import type { Operation } from '../../core/operation.ts';
import { functionArn, wholeFunction } from '../function/function-name.ts';
import { LATEST } from '../function/function-record.ts';
import { functionNotFound, untypedInvalidParameter } from '../lambda-error.ts';
import type { LambdaService } from '../lambda-service.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html */
export const putFunctionConcurrency: Operation<LambdaService, PutFunctionConcurrencyRequest, Concurrency> = async (
  service,
  input,
  context,
) => {
  const wanted = input.ReservedConcurrentExecutions ?? 0;
  const reference = wholeFunction(context, input.FunctionName ?? '');
  const { account, region } = reference;
  // Two at a time would not see what the other takes.
  await service.turns(`lambda-concurrency/${account}/${region}`, async () => {
    const record = await service.functions.find(reference);
    if (!record) throw functionNotFound(functionArn(reference, LATEST));
    const others = (await service.functions.storedReservedTotal(reference)) - (record.reservedConcurrency ?? 0);
    // Zero switches the function off and takes from nobody, so it is always allowed.
    if (wanted > 0 && service.accountConcurrency - others - wanted < limits.unreservedConcurrency) {
      throw untypedInvalidParameter(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution " +
          `below its minimum value of [${limits.unreservedConcurrency}].`,
      );
    }
    await service.functions.change(reference, (before) => ({ ...before, reservedConcurrency: wanted }));
  });
  return { ReservedConcurrentExecutions: wanted };
};
