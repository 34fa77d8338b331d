import type {
  ConnectionAuthResponseParameters,
  ConnectionHttpParameters,
  CreateConnectionAuthRequestParameters,
  DescribeConnectionResponse,
} from '@aws-sdk/client-eventbridge';
import { type Arn, formatArn, type Scope } from '../../../src/core/arn.ts';
import type { Random } from '../../../src/core/random.ts';
import type { BusName } from '../bus-events.ts';
import { validation } from '../errors.ts';
import { checkEndpoint } from './endpoint.ts';

/** How API destinations say who they are. Its secrets are kept with it: there is no Secrets Manager here. */
export interface Connection extends BusName {
  readonly arn: Arn;
  readonly secretArn: Arn;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly type: AuthorizationType;
  /** Absent once it is deauthorized. */
  readonly auth?: CreateConnectionAuthRequestParameters | undefined;
  readonly state: 'AUTHORIZED' | 'AUTHORIZING' | 'DEAUTHORIZED';
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
  readonly authorizedAtMs: number;
}

/** How a connection authorizes. */
export type AuthorizationType = 'BASIC' | 'API_KEY' | 'OAUTH_CLIENT_CREDENTIALS';

/** Key prefix of all connections in the registry. */
export const CONNECTIONS = 'events/connections/';

/** Which of the parameters each type needs. */
const NEEDED = {
  BASIC: 'BasicAuthParameters',
  API_KEY: 'ApiKeyAuthParameters',
  OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
} as const;

/** A connection that was just made. OAuth's is only authorized once the first token was had. */
export function newConnection(
  scope: Scope,
  asked: Pick<Connection, 'name' | 'type' | 'auth' | 'description' | 'kmsKeyIdentifier'>,
  { nowMs, random }: { readonly nowMs: number; readonly random: Random },
): Connection {
  const { account, region } = scope;
  const resource = `connection/${asked.name}/${random.uuid()}`;
  const suffix = random.text(6, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
  const secret = `secret:events!connection/${asked.name}/${random.uuid()}-${suffix}`;
  return {
    ...{ account, region, ...asked },
    arn: formatArn({ service: 'events', region, account, resource }),
    secretArn: formatArn({ service: 'secretsmanager', region, account, resource: secret }),
    state: stateOf(asked.type),
    ...{ createdAtMs: nowMs, modifiedAtMs: nowMs, authorizedAtMs: nowMs },
  };
}

/** The state in which a connection of that type begins (recorded). */
export const stateOf = (type: AuthorizationType): Connection['state'] =>
  type === 'OAUTH_CLIENT_CREDENTIALS' ? 'AUTHORIZING' : 'AUTHORIZED';

/** Refuses parameters of another type than the connection's; the text is ours. */
export function checkAuth(type: AuthorizationType, auth: CreateConnectionAuthRequestParameters | undefined): void {
  if (auth?.ConnectivityParameters)
    throw validation('Headwater does not support private connectivity (ConnectivityParameters)');
  const method = auth?.OAuthParameters?.HttpMethod;
  if (method !== undefined && !['GET', 'POST', 'PUT'].includes(method.toUpperCase())) throw invalidMethod(method);
  const endpoint = auth?.OAuthParameters?.AuthorizationEndpoint;
  if (endpoint !== undefined) checkEndpoint(endpoint, 'AuthorizationEndpoint');
  const needed = NEEDED[type];
  if (!auth?.[needed]) throw validation(`A connection of type ${type} needs ${needed}.`);
}

/** AWS takes it in lower case too (recorded), so its model does not say. */
const invalidMethod = (method: string) =>
  validation(
    `1 validation error detected: Value '${method}' at 'authParameters.oAuthParameters.httpMethod' failed to satisfy constraint: Member must satisfy enum value set: [GET, POST, PUT]`,
  );

/** The connection without its secrets. */
export function connectionOutput(connection: Connection): DescribeConnectionResponse {
  const { name, arn, secretArn, description, kmsKeyIdentifier, type, auth } = connection;
  return {
    ...connectionStateOutput(connection),
    ConnectionArn: arn,
    Name: name,
    Description: description,
    KmsKeyIdentifier: kmsKeyIdentifier,
    AuthorizationType: type,
    SecretArn: secretArn,
    AuthParameters: auth && authOutput(auth),
  };
}

/** What every answer about a connection shows. */
export const connectionStateOutput = ({ arn, state, createdAtMs, modifiedAtMs, authorizedAtMs }: Connection) => ({
  ConnectionArn: arn,
  ConnectionState: state,
  CreationTime: new Date(createdAtMs),
  LastModifiedTime: new Date(modifiedAtMs),
  LastAuthorizedTime: new Date(authorizedAtMs),
});

function authOutput(auth: CreateConnectionAuthRequestParameters): ConnectionAuthResponseParameters {
  const { BasicAuthParameters: basic, ApiKeyAuthParameters: key, OAuthParameters: oauth } = auth;
  const { InvocationHttpParameters: http } = auth;
  return {
    ...(basic && { BasicAuthParameters: { Username: basic.Username } }),
    ...(key && { ApiKeyAuthParameters: { ApiKeyName: key.ApiKeyName } }),
    ...(oauth && {
      OAuthParameters: {
        ClientParameters: { ClientID: oauth.ClientParameters?.ClientID },
        AuthorizationEndpoint: oauth.AuthorizationEndpoint,
        HttpMethod: oauth.HttpMethod,
        ...(oauth.OAuthHttpParameters && { OAuthHttpParameters: withoutSecrets(oauth.OAuthHttpParameters) }),
      },
    }),
    ...(http && { InvocationHttpParameters: withoutSecrets(http) }),
  };
}

function withoutSecrets(parameters: ConnectionHttpParameters): ConnectionHttpParameters {
  const shown = <P extends { Value?: string | undefined; IsValueSecret?: boolean | undefined }>(all: P[] | undefined) =>
    all?.map(({ Value, ...parameter }) => (parameter.IsValueSecret ? parameter : { ...parameter, Value }));
  const { HeaderParameters: headers, QueryStringParameters: query, BodyParameters: body } = parameters;
  return {
    ...(headers && { HeaderParameters: shown(headers) }),
    ...(query && { QueryStringParameters: shown(query) }),
    ...(body && { BodyParameters: shown(body) }),
  };
}
