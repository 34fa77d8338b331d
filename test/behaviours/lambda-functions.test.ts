// Functions as resources: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html and the recorded answers.
import { describe, expect, it } from 'vitest';
import { arnOf, awsTiming, lambdaSubject, ROLE } from './lambda-subject.ts';

const NOT_STATE = ['State', 'LastUpdateStatus'];

describe('a new function', () => {
  it('is answered as Pending, with every member that AWS sends', async () => {
    await using subject = await lambdaSubject();
    const { CodeSha256, CodeSize, RevisionId, RuntimeVersionConfig, ...answer } = await subject.create();
    expect(CodeSha256).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(CodeSize).toBeGreaterThan(0);
    expect(RevisionId).toMatch(/^[0-9a-f-]{36}$/);
    expect(RuntimeVersionConfig.RuntimeVersionArn).toMatch(/^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/);
    expect(answer).toEqual({
      Architectures: ['x86_64'],
      Description: '',
      EphemeralStorage: { Size: 512 },
      FunctionArn: arnOf('fn'),
      FunctionName: 'fn',
      Handler: 'index.handler',
      LastModified: '2026-01-02T03:04:05.678+0000',
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/fn' },
      MemorySize: 128,
      PackageType: 'Zip',
      Role: ROLE,
      Runtime: 'nodejs20.x',
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      Timeout: 3,
      TracingConfig: { Mode: 'PassThrough' },
      Version: '$LATEST',
    });
  });

  it('becomes Active after the delay of the timing, with another revision', async () => {
    await using subject = await lambdaSubject({ timing: awsTiming });
    const created = await subject.create();
    expect(await subject.call('GetFunctionConfiguration', { FunctionName: 'fn' })).toMatchObject({ State: 'Pending' });
    expect(await subject.lambda.directory.resolve(arnOf('fn'))).toMatchObject({ kind: 'found', state: 'Pending' });
    await subject.clock.advance(awsTiming.functionStateDelayMs);
    const settled = await subject.call('GetFunctionConfiguration', { FunctionName: 'fn' });
    expect(settled).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(settled.RevisionId).not.toBe(created.RevisionId);
    expect(settled.StateReason).toBeUndefined();
  });

  it('cannot have a name that is taken', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const refused = subject.create();
    await expect(refused).rejects.toMatchObject({
      code: 'ResourceConflictException',
      message: 'Function already exist: fn',
    });
  });

  it('is refused with the words that AWS has for what is wrong', async () => {
    await using subject = await lambdaSubject();
    const messageOf = async (more: Record<string, unknown>, name = 'fn') =>
      subject.create(name, more).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await messageOf({}, 'a'.repeat(65))).toBe(
      `1 validation error detected: Value '${'a'.repeat(65)}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    );
    expect(await messageOf({ Runtime: 'nodejs14.x' })).toBe(
      'The runtime parameter of nodejs14.x is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.',
    );
    expect(await messageOf({ Environment: { Variables: { AWS_REGION: 'x', MINE: 'y' } } })).toBe(
      'Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION',
    );
    expect(await messageOf({ Environment: { Variables: { LARGE: 'x'.repeat(4096) } } })).toContain(
      'exceeded the 4KB limit. String measured: {"LARGE":"xxx',
    );
    expect(await messageOf({ Code: {} })).toBe('Please provide a source for function code.');
    expect(await messageOf({ Timeout: 901 })).toContain("Value '901' at 'timeout' failed to satisfy constraint");
    const tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
    expect(await messageOf({ Tags: tags })).toBe('Number of tags exceeds resource tag limit.');
  });

  it('is refused by name for being an image, though it has no runtime then', async () => {
    await using subject = await lambdaSubject();
    const image = { PackageType: 'Image', Runtime: undefined, Handler: undefined, Code: { ImageUri: 'image:latest' } };
    await expect(subject.create('fn', image)).rejects.toMatchObject({ message: expect.stringContaining('Image') });
  });

  it('is refused by name for everything that Headwater does not do', async () => {
    await using subject = await lambdaSubject();
    const refused = {
      Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:l:1'],
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      FileSystemConfigs: [{ Arn: 'arn:aws:elasticfilesystem:a', LocalMountPath: '/mnt/x' }],
      SnapStart: { ApplyOn: 'PublishedVersions' },
      TracingConfig: { Mode: 'Active' },
      KMSKeyArn: 'arn:aws:kms:us-east-1:000000000000:key/k',
      PackageType: 'Image',
      CodeSigningConfigArn: 'arn:aws:lambda:us-east-1:000000000000:code-signing-config:csc-1',
      DurableConfig: { ExecutionTimeout: 1 },
    };
    for (const [member, value] of Object.entries(refused)) {
      await expect(subject.create('fn', { [member]: value }), member).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
        message: expect.stringContaining(member),
      });
    }
  });

  it('lives in its account and region alone', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const other = await subject.refusal('GetFunction', { FunctionName: 'fn' }, { region: 'eu-west-1' });
    expect(other.message).toBe('Function not found: arn:aws:lambda:eu-west-1:000000000000:function:fn');
    expect((await subject.call('ListFunctions', {}, { account: '111111111111' })).Functions).toEqual([]);
    const far = await subject.refusal('GetFunction', { FunctionName: arnOf('fn').replace('us-east-1', 'eu-west-1') });
    expect(far).toMatchObject({
      code: 'ResourceNotFoundException',
      message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    });
    const theirs = arnOf('fn').replace('000000000000', '111111111111');
    expect(await subject.refusal('GetFunction', { FunctionName: theirs })).toMatchObject({
      code: 'AccessDeniedException',
      status: 403,
    });
  });

  it('survives a restart with everything that was set', async () => {
    const store = new Map<string, unknown>();
    const { openRegistry } = await import('../../src/backends/embedded/registry.ts');
    const kept = {
      table: () => ({
        load: () => [...store] as never,
        put: async (key: string, value: unknown) => void store.set(key, value),
        remove: async (key: string) => void store.delete(key),
      }),
      together: async (write: () => void) => write(),
      [Symbol.asyncDispose]: async () => {},
    };
    const { openBlobStore } = await import('../../src/backends/embedded/blob-store.ts');
    const blobs = openBlobStore();
    const first = await lambdaSubject({ registry: openRegistry(kept as never), blobs });
    const created = await first.create('fn', { Publish: true, Environment: { Variables: { A: 'b' } } });
    await first.call('CreateAlias', { FunctionName: 'fn', Name: 'live', FunctionVersion: '1' });
    await first.lambda.close();
    await using second = await lambdaSubject({ registry: openRegistry(kept as never), blobs });
    const found = await second.lambda.directory.resolve(arnOf('fn:live'));
    expect(found).toMatchObject({ kind: 'found', spec: { version: '1', environment: { A: 'b' } } });
    const again = await second.call('GetFunction', { FunctionName: 'fn' });
    expect(again.Configuration.CodeSha256).toBe(created.CodeSha256);
  });
});

describe('a runtime that this machine lacks', () => {
  it('makes the function Failed and says why', async () => {
    await using subject = await lambdaSubject();
    subject.behaviour.support = undefined;
    expect(await subject.create('fn', { Runtime: 'java21' })).toMatchObject({ State: 'Pending' });
    const { Configuration } = await subject.call('GetFunction', { FunctionName: 'fn' });
    expect(Configuration).toMatchObject({ State: 'Failed', StateReasonCode: 'InvalidRuntime' });
    expect(Configuration.StateReason).toContain('java21');
    expect(subject.warnings).toEqual([expect.stringContaining('"fn" cannot run')]);
    expect(await subject.refusal('Invoke', { FunctionName: 'fn' })).toMatchObject({
      code: 'ResourceConflictException',
      status: 409,
    });
  });

  it('is stood in for by the nearest version, with a warning', async () => {
    await using subject = await lambdaSubject();
    subject.behaviour.support = { path: '/usr/bin/node', version: '20.19.4', exact: false };
    await subject.create('fn', { Runtime: 'nodejs22.x' });
    expect(subject.warnings).toEqual([expect.stringMatching(/"fn" wants nodejs22\.x and runs on version 20\.19\.4/)]);
    const { Configuration } = await subject.call('GetFunction', { FunctionName: 'fn' });
    expect(Configuration.State).toBe('Active');
  });

  it('is stood in for by nothing with strict runtimes', async () => {
    await using subject = await lambdaSubject({ strictRuntimes: true });
    subject.behaviour.support = { path: '/usr/bin/node', version: '20.19.4', exact: false };
    await subject.create('fn', { Runtime: 'nodejs22.x' });
    const { Configuration } = await subject.call('GetFunction', { FunctionName: 'fn' });
    expect(Configuration).toMatchObject({ State: 'Failed', StateReason: expect.stringContaining('20.19.4') });
  });
});

describe('an update', () => {
  it('is answered as InProgress, ends environments and is then Successful', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const before = await subject.lambda.directory.resolve(arnOf('fn'));
    const updated = await subject.call('UpdateFunctionConfiguration', { FunctionName: 'fn', MemorySize: 256 });
    expect(updated).toMatchObject({
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
      MemorySize: 256,
    });
    await subject.clock.advance(0);
    expect(subject.retired).toEqual([arnOf('fn')]);
    const { Configuration } = await subject.call('GetFunction', { FunctionName: 'fn' });
    expect(Configuration).toMatchObject({ LastUpdateStatus: 'Successful', MemorySize: 256 });
    expect(Configuration.RevisionId).not.toBe(updated.RevisionId);
    const after = await subject.lambda.directory.resolve(arnOf('fn'));
    expect(before.kind === 'found' && after.kind === 'found' && after.spec.revision !== before.spec.revision).toBe(
      true,
    );
  });

  it('leaves the old settings in force, and other changes out, until it has settled', async () => {
    await using subject = await lambdaSubject({ timing: awsTiming });
    await subject.create();
    await subject.clock.advance(awsTiming.functionStateDelayMs);
    await subject.call('UpdateFunctionConfiguration', { FunctionName: 'fn', MemorySize: 256 });
    expect(await subject.lambda.directory.resolve(arnOf('fn'))).toMatchObject({ spec: { memoryMb: 128 } });
    expect(await subject.refusal('PublishVersion', { FunctionName: 'fn' })).toMatchObject({
      code: 'ResourceConflictException',
      message: `The operation cannot be performed at this time. An update is in progress for resource: ${arnOf('fn')}`,
    });
    await subject.clock.advance(awsTiming.functionStateDelayMs);
    expect(await subject.lambda.directory.resolve(arnOf('fn'))).toMatchObject({ spec: { memoryMb: 256 } });
  });

  it('is refused when it was made for an older revision', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const refused = await subject.refusal('UpdateFunctionConfiguration', { FunctionName: 'fn', RevisionId: 'old' });
    expect(refused).toMatchObject({
      code: 'PreconditionFailedException',
      status: 412,
      message:
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    });
  });
});

describe('deleting', () => {
  it('removes the function with all that hung on it', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    expect(await subject.call('DeleteFunction', { FunctionName: 'fn' })).toEqual({ StatusCode: 204 });
    expect(await subject.lambda.directory.resolve(arnOf('fn'))).toEqual({ kind: 'missing', arn: arnOf('fn:$LATEST') });
    expect(await subject.refusal('DeleteFunction', { FunctionName: 'fn', Qualifier: '$latest' })).toMatchObject({
      message: `Function not found: ${arnOf('fn')}`,
      members: { Type: 'User' },
    });
  });

  it('spares a version that an alias names', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    await subject.call('CreateAlias', { FunctionName: 'fn', Name: 'live', FunctionVersion: '1' });
    expect(await subject.refusal('DeleteFunction', { FunctionName: 'fn:1' })).toMatchObject({ status: 409 });
    await subject.call('DeleteAlias', { FunctionName: 'fn', Name: 'live' });
    await subject.call('DeleteFunction', { FunctionName: 'fn:1' });
    const { Versions } = await subject.call('ListVersionsByFunction', { FunctionName: 'fn' });
    expect(Versions.map(({ Version }: { Version: string }) => Version)).toEqual(['$LATEST']);
  });
});

describe('lists', () => {
  it('leave out the state, and give the next page by its marker', async () => {
    await using subject = await lambdaSubject();
    for (const name of ['c', 'a', 'b']) await subject.create(name);
    const first = await subject.call('ListFunctions', { MaxItems: 2 });
    expect(first.Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName)).toEqual(['a', 'b']);
    for (const member of NOT_STATE) expect(first.Functions[0]).not.toHaveProperty(member);
    const second = await subject.call('ListFunctions', { MaxItems: 2, Marker: first.NextMarker });
    expect(second.Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName)).toEqual(['c']);
    expect(second).not.toHaveProperty('NextMarker');
  });

  it('go on behind what was deleted since the last page', async () => {
    await using subject = await lambdaSubject();
    for (const name of ['a', 'b', 'b-2', 'c', 'd']) await subject.create(name, { Publish: true });
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await subject.call('ListFunctions', { MaxItems: 2, Marker });
      const names = page.Functions.map(({ FunctionName }: { FunctionName: string }) => FunctionName);
      await subject.call('DeleteFunction', { FunctionName: names.at(-1) });
      seen.push(...names);
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toEqual(['a', 'b', 'b-2', 'c', 'd']);
  });

  it('give every version once, in the order of their numbers', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn');
    for (let version = 1; version <= 11; version += 1) {
      await subject.call('UpdateFunctionConfiguration', { FunctionName: 'fn', Description: `the ${version}th` });
      await subject.call('PublishVersion', { FunctionName: 'fn' });
    }
    const seen: string[] = [];
    let Marker: string | undefined;
    do {
      const page = await subject.call('ListFunctions', { FunctionVersion: 'ALL', MaxItems: 2, Marker });
      seen.push(...page.Functions.map(({ Version }: { Version: string }) => Version));
      Marker = page.NextMarker;
    } while (Marker !== undefined);
    expect(seen).toEqual(['$LATEST', ...Array.from({ length: 11 }, (_, index) => String(index + 1))]);
  });
});
