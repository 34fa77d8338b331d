// https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html (ValidationException). The texts are as recorded from AWS
// in November 2025; the models hold no order of values, so sets in an order of AWS's own are recorded too.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeGateway, startFakeGateway } from './gateway-fake.ts';

let fake: FakeGateway;

beforeAll(async () => {
  const done = async () => ({});
  fake = await startFakeGateway({
    lambda: {
      CreateAlias: done,
      CreateEventSourceMapping: done,
      CreateFunction: done,
      GetFunction: done,
      ListLayers: done,
      PublishLayerVersion: done,
      UntagResource: done,
      UpdateFunctionConfiguration: done,
    },
    sts: { AssumeRole: done },
    sqs: { SendMessage: done },
  });
});
afterAll(() => fake[Symbol.asyncDispose]());

async function lambda(method: string, path: string, body?: unknown) {
  const response = await fetch(`${fake.url}${path}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: response.status, error: response.headers.get('x-amzn-errortype'), text: await response.text() };
}

const messageOf = async (method: string, path: string, body?: unknown) =>
  JSON.parse((await lambda(method, path, body)).text).message as string;

const FUNCTION_NAME =
  '(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?';

describe('an input that breaks the model', () => {
  it('is refused as a ValidationException without a type', async () => {
    const { status, error, text } = await lambda('GET', '/2015-03-31/functions/f?Qualifier=invalid!');
    expect(status).toBe(400);
    expect(error).toBe('ValidationException');
    expect(JSON.parse(text)).toEqual({
      message:
        "1 validation error detected: Value 'invalid!' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: \\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+",
    });
  });

  it('names each broken constraint, length before pattern', async () => {
    const name = `function:${'a'.repeat(140)}!`;
    const message = await messageOf('POST', '/2015-03-31/functions', {
      FunctionName: name,
      Role: 'arn:aws:iam::000000000000:role/r',
      Code: {},
    });
    expect(message).toBe(
      `2 validation errors detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 140; Value '${name}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${FUNCTION_NAME}`,
    );
  });

  it('names what is missing', async () => {
    expect(await messageOf('DELETE', '/2017-03-31/tags/arn:aws:lambda:us-east-1:000000000000:function:f')).toBe(
      "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: Member must not be null",
    );
  });

  it('judges the elements of a list together', async () => {
    const layer = 'arn:aws:lambda:us-east-1:000000000000:layer:l';
    const message = await messageOf('PUT', '/2015-03-31/functions/f/configuration', { Layers: [layer] });
    expect(message).toMatch(
      /^1 validation error detected: Value '\[arn:[^']*\]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: \[Member must have length less than or equal to 2048, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: .*, Member must not be null\]$/,
    );
  });

  it('judges keys and values of a map', async () => {
    const alias = (weights: Record<string, number>) =>
      messageOf('POST', '/2015-03-31/functions/f/aliases', {
        Name: 'live',
        FunctionVersion: '1',
        RoutingConfig: { AdditionalVersionWeights: weights },
      });
    expect(await alias({ $LATEST: 0.5 })).toBe(
      "1 validation error detected: Value '{$LATEST=0.5}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
    );
    expect(await alias({ 2: 2 })).toBe(
      "1 validation error detected: Value '{2=2.0}' at 'routingConfig.additionalVersionWeights' failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]",
    );
  });

  it('prints sets in the order of AWS', async () => {
    const mapping = { FunctionName: 'f', StartingPosition: 'invalid' };
    expect(await messageOf('POST', '/2015-03-31/event-source-mappings', mapping)).toBe(
      "1 validation error detected: Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]",
    );
    expect(await messageOf('GET', '/2018-10-31/layers?CompatibleArchitecture=archdoesnotexist')).toBe(
      "1 validation error detected: Value 'archdoesnotexist' at 'compatibleArchitecture' failed to satisfy constraint: Member must satisfy enum value set: [x86_64, arm64]",
    );
    const layer = (compatible: object) =>
      messageOf('POST', '/2018-10-31/layers/l/versions', { Content: {}, ...compatible });
    expect(await layer({ CompatibleRuntimes: ['invalidruntime'] })).toMatch(
      /^1 validation error detected: Value '\[invalidruntime\]' at 'compatibleRuntimes' failed to satisfy constraint: Member must satisfy enum value set: \[nodejs20.x, [^\]]*java8.al2\]$/,
    );
    expect(await layer({ CompatibleArchitectures: ['invalidarch', 'x86_64'] })).toBe(
      "1 validation error detected: Value '[invalidarch, x86_64]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
    );
  });

  it('is a ValidationError in the query protocol', async () => {
    const body = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: 'short' });
    const text = await (await fetch(fake.url, { method: 'POST', body })).text();
    expect(text).toContain('<Code>ValidationError</Code><Message>2 validation errors detected');
    expect(text).toContain("Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null");
  });

  it('of SQS is left to the service, which has sentences of its own', async () => {
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessage' };
    expect((await fetch(fake.url, { method: 'POST', body: '{}', headers })).status).toBe(200);
  });
});

describe('a path that no operation has', () => {
  it('is an UnknownOperationException', async () => {
    const { status, error, text } = await lambda('GET', '/2015-03-31/nowhere');
    expect([status, error]).toEqual([404, 'UnknownOperationException']);
    expect(text).toContain('GET /2015-03-31/nowhere');
  });
});
