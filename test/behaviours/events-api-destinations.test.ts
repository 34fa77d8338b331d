// Web servers as targets of rules, and the connections by which they know who calls.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiDestination } from '../../connectors/events/api-destination/api-destination.ts';
import { createCallTurns } from '../../connectors/events/api-destination/call-turns.ts';
import { asArn } from '../../src/core/arn.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/clock.ts';
import { ACCOUNT, type Answer, eventEntry, openEventsGround, START_MS, startEvents } from './events-fixture.ts';

interface Heard {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let heard: Heard[] = [];
let statuses: number[] = [];
let answerHeaders: OutgoingHttpHeaders = {};
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { method, url, headers } = request;
  if (url === '/token') {
    heard.push({ method, url, headers, body });
    return void response.end('{"access_token":"secret","expires_in":60}');
  }
  heard.push({ method, url, headers, body });
  for (const [name, value = ''] of Object.entries(answerHeaders)) response.setHeader(name, value);
  response.statusCode = statuses.shift() ?? 200;
  response.end('{}');
});
let origin = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  heard = [];
  statuses = [];
  answerHeaders = {};
});

const BASIC = {
  AuthorizationType: 'BASIC',
  AuthParameters: { BasicAuthParameters: { Username: 'me', Password: 'pass' } },
};
const OAUTH = () => ({
  AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
  AuthParameters: {
    OAuthParameters: {
      ClientParameters: { ClientID: 'id', ClientSecret: 'hush' },
      AuthorizationEndpoint: `${origin}/token`,
      HttpMethod: 'post',
    },
  },
});

/** A rule whose target is a web server. */
async function startCalling(connection: object, more: { destination?: object; target?: object } = {}) {
  const started = startEvents();
  const { call, rule } = started;
  const { ConnectionArn } = await call('CreateConnection', { Name: 'c', ...connection });
  const { ApiDestinationArn } = await call('CreateApiDestination', {
    ...{ Name: 'd', ConnectionArn, InvocationEndpoint: `${origin}/hook`, HttpMethod: 'POST' },
    ...more.destination,
  });
  await rule('all', [{ Arn: ApiDestinationArn, RoleArn: 'arn:aws:iam::1:role/r', ...more.target }]);
  return { ...started, ConnectionArn, ApiDestinationArn };
}

describe('an API destination', () => {
  it('gets the input by HTTP, with the words of its connection', async () => {
    const { put } = await startCalling(BASIC, { target: { InputPath: '$.detail' } });
    await put({ TraceHeader: 'Root=1-a-b' });
    expect(heard).toMatchObject([{ method: 'POST', url: '/hook', body: '{"id":7}' }]);
    expect(heard[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('me:pass').toString('base64')}`,
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      'x-amzn-trace-id': 'Root=1-a-b',
    });
  });

  it('is called with the parameters of the target and of the connection', async () => {
    const AuthParameters = {
      ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'value' },
      InvocationHttpParameters: {
        HeaderParameters: [{ Key: 'x-all', Value: 'a', IsValueSecret: true }],
        QueryStringParameters: [{ Key: 'q', Value: '1' }],
        BodyParameters: [{ Key: 'extra', Value: 'b' }],
      },
    };
    const HttpParameters = {
      PathParameterValues: ['$.detail.id', 'two'],
      HeaderParameters: { 'x-source': '$.source' },
      QueryStringParameters: { id: '$.detail.id' },
    };
    const { put, call } = await startCalling(
      { AuthorizationType: 'API_KEY', AuthParameters },
      {
        destination: { InvocationEndpoint: `${origin}/a/*/b/*`, HttpMethod: 'PUT' },
        target: { HttpParameters, InputPath: '$.detail' },
      },
    );
    await put();
    expect(heard).toMatchObject([{ method: 'PUT', url: '/a/7/b/two?q=1&id=7', body: '{"id":7,"extra":"b"}' }]);
    expect(heard[0]?.headers).toMatchObject({ 'x-key': 'value', 'x-all': 'a', 'x-source': 'shop' });
    const shown = await call('DescribeConnection', { Name: 'c' });
    expect(shown.AuthParameters.InvocationHttpParameters.HeaderParameters).toEqual([
      { Key: 'x-all', IsValueSecret: true },
    ]);
    expect(shown.AuthParameters.ApiKeyAuthParameters).toEqual({ ApiKeyName: 'x-key' });
  });

  it('gets a token first where its connection says so, and another when that is not accepted', async () => {
    const { put, call, clock } = await startCalling(OAUTH());
    expect(await call('DescribeApiDestination', { Name: 'd' })).toMatchObject({ ApiDestinationState: 'INACTIVE' });
    await put();
    expect(await call('DescribeApiDestination', { Name: 'd' })).toMatchObject({ ApiDestinationState: 'ACTIVE' });
    statuses = [401];
    await put();
    await clock.advance(5000);
    expect(heard.map(({ url }) => url)).toEqual(['/token', '/hook', '/hook', '/token', '/hook']);
    expect(heard[0]?.body).toBe('grant_type=client_credentials&client_id=id&client_secret=hush');
    expect(heard[1]?.headers.authorization).toBe('Bearer secret');
  });

  it('gets a token by the new words of its connection as soon as they are changed', async () => {
    const { put, call } = await startCalling(OAUTH());
    await put();
    const OAuthParameters = { ClientParameters: { ClientID: 'id', ClientSecret: 'new' } };
    const { AuthorizationEndpoint, HttpMethod } = OAUTH().AuthParameters.OAuthParameters;
    await call('UpdateConnection', {
      ...{ Name: 'c', AuthParameters: { OAuthParameters: { ...OAuthParameters, AuthorizationEndpoint, HttpMethod } } },
    });
    await put();
    expect(heard.map(({ url }) => url)).toEqual(['/token', '/hook', '/token', '/hook']);
    expect(heard[2]?.body).toContain('client_secret=new');
    expect(await call('DescribeApiDestination', { Name: 'd' })).toMatchObject({ ApiDestinationState: 'ACTIVE' });
  });

  it('that is called many times at once gets one token for all', async () => {
    const { call, settled } = await startCalling(OAUTH());
    await call('PutEvents', { Entries: Array.from({ length: 5 }, () => eventEntry()) });
    await settled();
    expect(heard.filter(({ url }) => url === '/token')).toHaveLength(1);
    expect(heard.filter(({ url }) => url === '/hook')).toHaveLength(5);
  });

  it.each([401, 407, 409, 429, 500])('that answers %d is called again', async (status) => {
    const { put, clock } = await startCalling(BASIC);
    statuses = [status];
    await put();
    await clock.advance(MINUTE);
    expect(heard).toHaveLength(2);
  });

  it('is left alone as long as it asks for', async () => {
    const { put, clock } = await startCalling(BASIC);
    statuses = [503];
    answerHeaders = { 'retry-after': '3600' };
    await put();
    await clock.advance(HOUR - 1);
    expect(heard).toHaveLength(1);
    await clock.advance(1);
    expect(heard).toHaveLength(2);
  });

  it('that asks for longer than the event lives is called once more at its end', async () => {
    const { put, clock } = await startCalling(BASIC, { target: { RetryPolicy: { MaximumEventAgeInSeconds: 60 } } });
    statuses = [503, 503];
    answerHeaders = { 'retry-after': '3600' };
    await put();
    await clock.advance(2 * HOUR);
    expect(heard).toHaveLength(2);
  });

  it('is called no more for an event when it asks for a negative wait', async () => {
    const { put, clock } = await startCalling(BASIC);
    statuses = [503];
    answerHeaders = { 'retry-after': '-1' };
    await put();
    await clock.advance(HOUR);
    expect(heard).toHaveLength(1);
  });

  it('does not see headers that EventBridge takes out', async () => {
    const HeaderParameters = {
      ...{ Host: 'elsewhere', 'Content-Length': '1', Origin: 'x', 'User-Agent': 'me', 'X-Mine': 'y' },
    };
    const { put } = await startCalling(BASIC, { target: { HttpParameters: { HeaderParameters } } });
    await put();
    expect(heard[0]?.headers).toMatchObject({ host: new URL(origin).host, 'x-mine': 'y' });
    expect(heard[0]?.headers).not.toHaveProperty('origin');
    expect(heard[0]?.headers['user-agent']).toBe('Amazon/EventBridge/ApiDestinations');
  });

  it('gives up at once on an event that makes no header', async () => {
    const HeaderParameters = { 'x-name': '$.detail.name' };
    const { put, clock, entries } = await startCalling(BASIC, { target: { HttpParameters: { HeaderParameters } } });
    await put({ Detail: '{"name":"a\\nb"}' });
    await clock.advance(HOUR);
    expect(heard).toHaveLength(0);
    expect(entries.filter(({ kind }) => kind === 'delivery')).toMatchObject([
      { detail: { outcome: 'lost', refusals: 1 } },
    ]);
  });

  it.each(['nowhere', 'data:text/plain,hello', 'ftp://files', 'https://me:secret@server/', 'http://'])(
    'cannot have the endpoint %s',
    async (InvocationEndpoint) => {
      const { call } = startEvents();
      const { ConnectionArn } = await call('CreateConnection', { Name: 'c', ...BASIC });
      const create = call('CreateApiDestination', { Name: 'd', ConnectionArn, InvocationEndpoint, HttpMethod: 'POST' });
      await expect(create).rejects.toThrow('Parameter InvocationEndpoint is not valid.');
    },
  );

  it('that answers 429 or 5xx is called again; any other refusal is for good', async () => {
    const { put, clock, queue, call, ApiDestinationArn } = await startCalling(BASIC);
    const dead = await queue('dead');
    const Targets = [
      { Id: 'target-0', Arn: ApiDestinationArn, RoleArn: 'arn:aws:iam::1:role/r', DeadLetterConfig: { Arn: dead.arn } },
    ];
    await call('PutTargets', { Rule: 'all', Targets });
    statuses = [503, 429, 200];
    await put();
    await clock.advance(MINUTE);
    expect(heard).toHaveLength(3);
    statuses = [404];
    await put();
    await clock.advance(HOUR);
    expect(heard).toHaveLength(4);
    const [letter]: Answer = await dead.receive();
    expect(letter.MessageAttributes.ERROR_CODE.StringValue).toBe('ERROR_FROM_TARGET');
  });

  it('is called no more often than it allows, and later for the rest', async () => {
    const { call, settled, clock } = await startCalling(BASIC, { destination: { InvocationRateLimitPerSecond: 2 } });
    const Entries = Array.from({ length: 5 }, () => ({ Source: 'shop', DetailType: 'd', Detail: '{}' }));
    await call('PutEvents', { Entries });
    await settled();
    expect(heard).toHaveLength(2);
    await clock.advance(MINUTE);
    expect(heard).toHaveLength(5);
  });

  it('has a turn for each call, however often its events may be tried', async () => {
    const { call, settled, clock } = await startCalling(BASIC, {
      destination: { InvocationRateLimitPerSecond: 2 },
      target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    await call('PutEvents', { Entries: Array.from({ length: 5 }, () => eventEntry()) });
    await settled();
    await clock.advance(SECOND, { deadlineMs: 5000 });
    expect(heard).toHaveLength(4);
    await clock.advance(SECOND, { deadlineMs: 5000 });
    expect(heard).toHaveLength(5);
  });

  it('is called by all processes together as often as it allows', async () => {
    const { registry, clock } = openEventsGround();
    const [first, second] = [createCallTurns(registry, clock), createCallTurns(registry, clock)];
    const connection = { account: ACCOUNT, region: 'us-east-1', name: 'c', arn: '' };
    const destination: ApiDestination = {
      ...{ ...connection, name: 'd', arn: asArn('arn:aws:events:::d'), connection, endpoint: origin, method: 'POST' },
      ...{ rateLimit: 2, createdAtMs: 0, modifiedAtMs: 0 },
    };
    const turns = await Promise.all([first, second, first, second, first].map((take) => take(destination)));
    expect(turns.map((atMs) => atMs - START_MS).sort()).toEqual([0, 0, SECOND, SECOND, 2 * SECOND]);
  });

  it('without an authorized connection is not called', async () => {
    const { put, call } = await startCalling(BASIC);
    await call('DeauthorizeConnection', { Name: 'c' });
    await put();
    expect(heard).toHaveLength(0);
    expect(await call('ListApiDestinations')).toMatchObject({ ApiDestinations: [{ ApiDestinationState: 'INACTIVE' }] });
    await call('UpdateConnection', { Name: 'c', ...BASIC });
    await put();
    expect(heard).toHaveLength(1);
  });
});

describe('a connection', () => {
  it('needs the parameters of its type', async () => {
    const { call } = startEvents();
    await expect(call('CreateConnection', { Name: 'c', ...BASIC, AuthorizationType: 'API_KEY' })).rejects.toThrow(
      'A connection of type API_KEY needs ApiKeyAuthParameters.',
    );
    await call('CreateConnection', { Name: 'c', ...BASIC });
    await expect(call('CreateConnection', { Name: 'c', ...BASIC })).rejects.toThrow('Connection c already exists.');
  });

  it('keeps what an update does not give', async () => {
    const { put, call } = await startCalling(BASIC);
    await call('UpdateConnection', { Name: 'c', AuthParameters: { BasicAuthParameters: { Username: 'you' } } });
    await put();
    expect(heard[0]?.headers.authorization).toBe(`Basic ${Buffer.from('you:pass').toString('base64')}`);
  });
});
