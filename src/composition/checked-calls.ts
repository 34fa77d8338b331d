import type { LoadedModels } from '../gateway/schema/loaded-models.ts';
import { readRequest } from '../gateway/schema/read-request.ts';
import type { CallIn } from './replays.ts';

/** Calls with inputs that people wrote: read by AWS's model first, as the gateway reads those of clients. */
export function checkedCalls(callIn: CallIn, models: LoadedModels): CallIn {
  return async (scope) => {
    const call = await callIn(scope);
    return async (service, operation, input, traceHeader) =>
      await call(service, operation, readRequest(await models(service), operation, input), traceHeader);
  };
}
