// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, about-object-ownership.html
import { expect, test } from 'vitest';
import { ServiceError } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/core/journal.ts';
import { CONTEXT, startBucket, startS3 } from './s3-fixture.ts';

const OTHER = { account: '222222222222', caller: { ...CONTEXT.caller, accessKeyId: '222222222222' } };

test('names follow the rules', async () => {
  const { call, refusal } = await startS3();
  for (const Bucket of ['abc', 'a.b-c', '1'.repeat(63)]) await call('CreateBucket', { Bucket });
  for (const Bucket of [
    'ab',
    'Abc',
    'a_b',
    '-ab',
    'ab-',
    'a..b',
    '192.168.5.4',
    'xn--a',
    'a-s3alias',
    'a'.repeat(64),
  ]) {
    expect(await refusal('CreateBucket', { Bucket })).toMatchObject({ code: 'InvalidBucketName', BucketName: Bucket });
  }
});

test('a region follows from the location, which must fit the endpoint', async () => {
  const { call, refusal } = await startS3();
  const located = (Bucket: string, LocationConstraint?: string) => ({
    Bucket,
    CreateBucketConfiguration: LocationConstraint === undefined ? undefined : { LocationConstraint },
  });
  await call('CreateBucket', located('west', 'us-west-2'));
  expect(await call('HeadBucket', { Bucket: 'west' })).toMatchObject({ BucketRegion: 'us-west-2' });
  expect(await call('GetBucketLocation', { Bucket: 'west' })).toEqual({ LocationConstraint: 'us-west-2' });
  expect(await refusal('CreateBucket', located('nowhere', 'us-east-1'))).toMatchObject({
    code: 'InvalidLocationConstraint',
  });
  const frankfurt = { region: 'eu-central-1' };
  expect(await refusal('CreateBucket', located('none'), frankfurt)).toMatchObject({
    message:
      'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  });
  await call('CreateBucket', located('frankfurt', 'eu-central-1'), frankfurt);
  expect(await refusal('CreateBucket', located('frankfurt', 'eu-central-1'), frankfurt)).toMatchObject({
    code: 'BucketAlreadyOwnedByYou',
    status: 409,
  });
});

test('us-east-1 lets an owner create a bucket again', async () => {
  const { call } = await startBucket();
  await call('CreateBucket', { Bucket: 'bucket' });
});

test('nothing of another account is reached, and its names are taken', async () => {
  const { put, call, refusal } = await startBucket();
  await put('k', 'x');
  expect(await refusal('GetObject', { Bucket: 'bucket', Key: 'k' }, OTHER)).toMatchObject({ code: 'AccessDenied' });
  expect(await refusal('CreateBucket', { Bucket: 'bucket' }, OTHER)).toMatchObject({ code: 'BucketAlreadyExists' });
  expect((await call('ListBuckets', {}, OTHER)).Buckets).toEqual([]);
  expect((await call('ListBuckets', {})).Buckets).toMatchObject([{ Name: 'bucket' }]);
});

test('a bucket with something in it is not deleted', async () => {
  const { put, call, refusal } = await startBucket({ versioning: 'Enabled' });
  await put('k', 'x');
  expect(await refusal('DeleteBucket', { Bucket: 'bucket' })).toMatchObject({ code: 'BucketNotEmpty', status: 409 });
  const { Versions } = await call('ListObjectVersions', { Bucket: 'bucket' });
  await call('DeleteObject', { Bucket: 'bucket', Key: 'k', VersionId: Versions[0].VersionId });
  await call('DeleteBucket', { Bucket: 'bucket' });
  expect(await refusal('HeadBucket', { Bucket: 'bucket' })).toMatchObject({ code: 'NoSuchBucket', status: 404 });
});

test('the expected owner is checked', async () => {
  const { refusal } = await startBucket();
  const head = (ExpectedBucketOwner: string) => refusal('HeadBucket', { Bucket: 'bucket', ExpectedBucketOwner });
  expect(await head('222222222222')).toMatchObject({ code: 'AccessDenied' });
  expect(await head('me')).toMatchObject({ code: 'InvalidBucketOwnerAWSAccountID' });
});

test('a bucket has no ACLs unless its owner asks for them', async () => {
  const { call, refusal } = await startS3();
  await call('CreateBucket', { Bucket: 'fresh' });
  expect(await refusal('PutObject', { Bucket: 'fresh', Key: 'k', ACL: 'public-read' })).toMatchObject({
    code: 'AccessControlListNotSupported',
  });
  await call('PutBucketOwnershipControls', {
    Bucket: 'fresh',
    OwnershipControls: { Rules: [{ ObjectOwnership: 'ObjectWriter' }] },
  });
  await call('PutObject', { Bucket: 'fresh', Key: 'k', ACL: 'public-read' });
  expect((await call('GetObjectAcl', { Bucket: 'fresh', Key: 'k' })).Grants).toHaveLength(2);
});

test('resetting forgets buckets and objects', async () => {
  const { s3, put, refusal } = await startBucket();
  await put('k', 'x');
  await s3.reset();
  expect(await refusal('GetObject', { Bucket: 'bucket', Key: 'k' })).toMatchObject({ code: 'NoSuchBucket' });
});

test('a store that refuses to show its buckets at the start is told of, and stops nothing', async () => {
  let tell = (_entry: JournalEntry) => {};
  const told = new Promise<JournalEntry>((resolve) => {
    tell = resolve;
  });
  const buckets = async () => {
    throw new ServiceError('AccessDenied', 'Access Denied.', { status: 403 });
  };
  const { s3 } = await startS3({ journal: { append: (entry) => tell(entry) }, buckets });
  s3.start();
  const { kind, what } = await told;
  expect(kind).toBe('fault');
  expect(what).toContain('Access Denied.');
  await s3.close();
});
