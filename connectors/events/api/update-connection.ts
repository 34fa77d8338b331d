import type { UpdateConnectionCommandInput, UpdateConnectionCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { type Connection, checkAuth, connectionStateOutput, stateOf } from '../api-destination/connection.ts';
import { busNamed } from '../bus/bus.ts';
import { unsupported } from '../errors.ts';
import type { EventsService } from '../service.ts';

/** Changes a connection; what is not given is kept. */
export const updateConnection: Operation<
  EventsService,
  UpdateConnectionCommandInput,
  Partial<UpdateConnectionCommandOutput>
> = async ({ apiDestinations, clock }, input, context) => {
  if (input.InvocationConnectivityParameters)
    throw unsupported('private connectivity (InvocationConnectivityParameters)');
  const { Description, KmsKeyIdentifier, AuthorizationType, AuthParameters } = input;
  const changed = await apiDestinations.connections.change(busNamed(input.Name, context), 'update', (current) => {
    const type = AuthorizationType ?? current.type;
    const auth = AuthParameters ? merged(type === current.type ? current.auth : {}, AuthParameters) : current.auth;
    checkAuth(type, auth);
    const nowMs = clock.nowMs();
    return {
      ...{ ...current, type, auth, state: stateOf(type), modifiedAtMs: nowMs, authorizedAtMs: nowMs },
      description: Description ?? current.description,
      kmsKeyIdentifier: KmsKeyIdentifier ?? current.kmsKeyIdentifier,
    };
  });
  return connectionStateOutput(changed);
};

/** Of each group of parameters, those that are given take the place of the old ones. */
function merged(
  current: Connection['auth'] = {},
  given: NonNullable<UpdateConnectionCommandInput['AuthParameters']>,
): Connection['auth'] {
  const groups = Object.entries(given).map(([group, parameters]) => {
    const before = (current as Readonly<Record<string, object | undefined>>)[group];
    return [group, { ...before, ...parameters }] as const;
  });
  return { ...current, ...Object.fromEntries(groups) };
}
