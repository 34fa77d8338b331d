import type { CreateConnectionCommandInput, CreateConnectionCommandOutput } from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../../src/core/operation.ts';
import { checkAuth, connectionStateOutput, newConnection } from '../api-destination/connection.ts';
import { unsupported } from '../errors.ts';
import type { EventsService } from '../service.ts';

/** Creates a connection. */
export const createConnection: Operation<
  EventsService,
  CreateConnectionCommandInput,
  Partial<CreateConnectionCommandOutput>
> = async ({ apiDestinations, clock, random }, input, context) => {
  const { Name = '', Description, KmsKeyIdentifier, AuthorizationType = 'BASIC', AuthParameters } = input;
  if (input.InvocationConnectivityParameters)
    throw unsupported('private connectivity (InvocationConnectivityParameters)');
  checkAuth(AuthorizationType, AuthParameters);
  const asked = { name: Name, type: AuthorizationType, auth: AuthParameters };
  const details = { description: Description, kmsKeyIdentifier: KmsKeyIdentifier };
  const connection = newConnection(context, { ...asked, ...details }, { nowMs: clock.nowMs(), random });
  await apiDestinations.connections.create(connection);
  const { LastAuthorizedTime: _never, ...output } = connectionStateOutput(connection);
  return output;
};
