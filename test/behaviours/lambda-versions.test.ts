// Versions and aliases: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html and configuration-aliases.html.
import { describe, expect, it } from 'vitest';
import { arnOf, lambdaSubject } from './lambda-subject.ts';

const FN = { FunctionName: 'fn' };

describe('publishing', () => {
  it('makes numbered versions that later changes do not touch', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const first = await subject.call('PublishVersion', { ...FN, Description: 'first' });
    expect(first).toMatchObject({ Version: '1', FunctionArn: arnOf('fn:1'), Description: 'first', State: 'Active' });
    await subject.call('UpdateFunctionConfiguration', { ...FN, Environment: { Variables: { STAGE: 'two' } } });
    expect(await subject.call('PublishVersion', FN)).toMatchObject({ Version: '2' });
    const one = await subject.call('GetFunctionConfiguration', { ...FN, Qualifier: '1' });
    expect(one).toMatchObject({ RevisionId: first.RevisionId, Description: 'first' });
    expect(one).not.toHaveProperty('Environment');
  });

  it('gives the last version again when nothing has changed, and never a number twice', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const first = await subject.call('PublishVersion', FN);
    const again = await subject.call('PublishVersion', { ...FN, Description: 'another' });
    expect(again).toMatchObject({ Version: '1', RevisionId: first.RevisionId, Description: '' });
    await subject.call('DeleteFunction', { FunctionName: 'fn:1' });
    expect(await subject.call('PublishVersion', FN)).toMatchObject({ Version: '2' });
  });

  it('happens with creation, which answers with the version but the bare ARN', async () => {
    await using subject = await lambdaSubject();
    expect(await subject.create('fn', { Publish: true })).toMatchObject({ Version: '1', FunctionArn: arnOf('fn') });
    expect(await subject.call('PublishVersion', FN)).toMatchObject({ Version: '1' });
  });

  it('gives $LATEST a new revision', async () => {
    await using subject = await lambdaSubject();
    await subject.create();
    const before = await subject.call('GetFunction', FN);
    await subject.call('PublishVersion', { ...FN, RevisionId: before.Configuration.RevisionId });
    const after = await subject.call('GetFunction', FN);
    expect(after.Configuration.RevisionId).not.toBe(before.Configuration.RevisionId);
  });
});

describe('an alias', () => {
  it('names a version, and is moved to another', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    await subject.call('UpdateFunctionConfiguration', { ...FN, Description: 'two' });
    await subject.call('PublishVersion', FN);
    const alias = await subject.call('CreateAlias', { ...FN, Name: 'live', FunctionVersion: '1' });
    expect(alias).toMatchObject({ AliasArn: arnOf('fn:live'), FunctionVersion: '1', Description: '', Name: 'live' });
    expect(await subject.lambda.directory.resolve(arnOf('fn:live'))).toMatchObject({ spec: { version: '1' } });
    const moved = await subject.call('UpdateAlias', { ...FN, Name: 'live', FunctionVersion: '2' });
    expect(moved.RevisionId).not.toBe(alias.RevisionId);
    expect(await subject.lambda.directory.resolve(arnOf('fn:live'))).toMatchObject({ spec: { version: '2' } });
    const shown = await subject.call('GetFunction', { FunctionName: 'fn:live' });
    expect(shown.Configuration).toMatchObject({ FunctionArn: arnOf('fn:live'), Version: '2' });
  });

  it('shares requests between two versions by weight', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    await subject.call('UpdateFunctionConfiguration', { ...FN, Description: 'two' });
    await subject.call('PublishVersion', FN);
    const routing = { RoutingConfig: { AdditionalVersionWeights: { 2: 0.25 } } };
    await subject.call('CreateAlias', { ...FN, Name: 'live', FunctionVersion: '1', ...routing });
    const versions = await Promise.all(
      Array.from({ length: 400 }, () => subject.lambda.directory.resolve(arnOf('fn:live'))),
    );
    const second = versions.filter((found) => found.kind === 'found' && found.spec.version === '2').length;
    expect(second / 400).toBeGreaterThan(0.18);
    expect(second / 400).toBeLessThan(0.32);
    await subject.call('UpdateAlias', { ...FN, Name: 'live', RoutingConfig: { AdditionalVersionWeights: {} } });
    expect(await subject.call('GetAlias', { ...FN, Name: 'live' })).not.toHaveProperty('RoutingConfig');
  });

  it('is refused in the words of AWS', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    const messageOf = async (input: object) =>
      (await subject.refusal('CreateAlias', { ...FN, Name: 'a', FunctionVersion: '1', ...input })).message;
    const routing = (AdditionalVersionWeights: object) => ({ RoutingConfig: { AdditionalVersionWeights } });
    expect(await messageOf(routing({ 1: 0.8, 2: 0.2 }))).toBe(
      'Number of items in AdditionalVersionWeights cannot be greater than 1',
    );
    expect(await messageOf(routing({ 1: 0.5 }))).toBe(
      'Invalid function version 1. Function version 1 is already included in routing configuration.',
    );
    expect(await messageOf({ FunctionVersion: '10' })).toBe(`Function not found: ${arnOf('fn:10')}`);
    expect(await messageOf(routing({ 10: 0.5 }))).toBe(`Function not found: ${arnOf('fn:10')}`);
    expect(await messageOf({ FunctionVersion: '$LATEST', ...routing({ 1: 0.5 }) })).toBe(
      '$LATEST is not supported for an alias pointing to more than 1 version',
    );
    expect(await messageOf({ FunctionName: 'none' })).toBe(`Function not found: ${arnOf('none:1')}`);
    await subject.call('CreateAlias', { ...FN, Name: 'a', FunctionVersion: '1' });
    expect(await messageOf({})).toBe(`Alias already exists: ${arnOf('fn:a')}`);
    expect((await subject.refusal('GetAlias', { ...FN, Name: 'none' })).message).toBe(
      `Cannot find alias arn: ${arnOf('fn:none')}`,
    );
    expect((await subject.refusal('UpdateAlias', { ...FN, Name: 'none' })).message).toBe(
      `Alias not found: ${arnOf('fn:none')}`,
    );
  });
});
