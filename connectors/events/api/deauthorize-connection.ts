import type {
  DeauthorizeConnectionCommandInput,
  DeauthorizeConnectionCommandOutput,
} from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { connectionStateOutput } from '../api-destination/connection.ts';
import { busNamed } from '../bus/bus.ts';
import type { EventsService } from '../service.ts';

/** Forgets a connection's secrets; until it is updated its destinations are not called. */
export const deauthorizeConnection: Operation<
  EventsService,
  DeauthorizeConnectionCommandInput,
  Partial<DeauthorizeConnectionCommandOutput>
> = async ({ apiDestinations: { connections }, clock }, { Name }, context) => {
  const changed = await connections.change(busNamed(Name, context), 'deauthorize', ({ auth: _forgotten, ...kept }) => ({
    ...kept,
    state: 'DEAUTHORIZED',
    modifiedAtMs: clock.nowMs(),
  }));
  return { ...connectionStateOutput(changed), ConnectionState: 'DEAUTHORIZING' };
};
