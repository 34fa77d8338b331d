// Deployment packages: https://docs.aws.amazon.com/lambda/latest/dg/configuration-function-zip.html.
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { zipOf } from '../support/zip.ts';
import { arnOf, lambdaSubject } from './lambda-subject.ts';

let folder = '';
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'headwater-code-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const BROKEN = 'Could not unzip uploaded file. Please check your file, then try to upload again.';

async function specOf(subject: Awaited<ReturnType<typeof lambdaSubject>>, name = 'fn') {
  const found = await subject.lambda.directory.resolve(arnOf(name));
  if (found.kind === 'missing') throw new Error(`${found.arn} is missing`);
  return found.spec;
}

/** An archive with one entry of any name, mode and content; yazl refuses names that lead out, so it is patched in. */
async function archiveWith(name: string, content: string, mode = 0o100644): Promise<Uint8Array> {
  const zip = new ZipFile();
  const placeholder = 'x'.repeat(name.length);
  zip.addBuffer(Buffer.from(content), placeholder, { mode, compress: false });
  zip.end();
  const bytes = await buffer(zip.outputStream);
  return Buffer.from(bytes.toString('latin1').replaceAll(placeholder, name), 'latin1');
}

describe('an archive', () => {
  it('is unpacked with the modes of its files', async () => {
    await using subject = await lambdaSubject();
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('#!/bin/sh\n'), 'bootstrap', { mode: 0o100755 });
    zip.addBuffer(Buffer.from('x'), 'deep/er/data.txt', { mode: 0o100660 });
    zip.end();
    await subject.create('fn', { Code: { ZipFile: await buffer(zip.outputStream) } });
    const { codeDir, live } = await specOf(subject);
    expect(live).toBe(false);
    expect((await stat(join(codeDir, 'bootstrap'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(codeDir, 'deep/er/data.txt'))).mode & 0o777).toBe(0o660);
  });

  it.each(['../outside.txt', '/tmp/outside.txt', 'a/../../outside.txt', 'a\\..\\..\\outside.txt'])(
    'cannot write to %s',
    async (name) => {
      await using subject = await lambdaSubject();
      const ZipFile = await archiveWith(name, 'out');
      const made = subject.create('fn', { Code: { ZipFile } });
      if (name.includes('\\')) {
        // Backslashes are taken for slashes, as Windows tools write them; what leads out is still refused.
        await expect(made).rejects.toMatchObject({ message: BROKEN });
      } else {
        await expect(made).rejects.toMatchObject({ code: 'InvalidParameterValueException', message: BROKEN });
      }
    },
  );

  it.each(['../../etc/passwd', '/etc/passwd'])('cannot hold a link to %s', async (target) => {
    await using subject = await lambdaSubject();
    const ZipFile = await archiveWith('link', target, 0o120777);
    await expect(subject.create('fn', { Code: { ZipFile } })).rejects.toMatchObject({ message: BROKEN });
  });

  it('keeps links that stay inside', async () => {
    await using subject = await lambdaSubject();
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('main'), 'lib/main.js', { mode: 0o100644 });
    zip.addBuffer(Buffer.from('../lib/main.js'), 'bin/run', { mode: 0o120777 });
    zip.end();
    await subject.create('fn', { Code: { ZipFile: await buffer(zip.outputStream) } });
    const { codeDir } = await specOf(subject);
    expect(await readFile(join(codeDir, 'bin/run'), 'utf8')).toBe('main');
  });

  it('is refused when it is none, empty or cut', async () => {
    await using subject = await lambdaSubject();
    const whole = await zipOf({ 'index.js': 'x'.repeat(5000) });
    for (const ZipFile of [Buffer.from('no zip'), whole.subarray(0, 100)]) {
      await expect(subject.create('fn', { Code: { ZipFile } })).rejects.toMatchObject({ message: BROKEN });
    }
    await expect(subject.create('fn', { Code: { ZipFile: new Uint8Array() } })).rejects.toMatchObject({
      message: 'Uploaded file must be a non-empty zip',
    });
    const left = await readdir(join(folder)).catch(() => []);
    expect(left).toEqual([]);
  });

  it('is refused when it is too large, packed or unpacked', async () => {
    await using subject = await lambdaSubject();
    const packed = subject.create('fn', { Code: { ZipFile: new Uint8Array(52_428_801) } });
    await expect(packed).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
      message: 'Zipped size must be smaller than 52428800 bytes',
      options: { status: 413 },
    });
    // Declares 300 MB in its directory; nothing of it needs to be unpacked to refuse it.
    const small = Buffer.from(await archiveWith('big', 'x'));
    const directory = small.indexOf('PK\x01\x02', 0, 'latin1');
    small.writeUInt32LE(300_000_000, directory + 24);
    small.writeUInt32LE(300_000_000, directory + 20);
    small.writeUInt16LE(8, directory + 10);
    await expect(subject.create('fn', { Code: { ZipFile: small } })).rejects.toMatchObject({
      message: 'Unzipped size must be smaller than 262144000 bytes',
    });
  });

  it('may come from a local bucket', async () => {
    const archive = await zipOf({ 'index.mjs': 'export const handler = () => 1;' });
    const readObject = () => async (_scope: object, bucket: string, key: string) =>
      bucket === 'code' && key === 'fn.zip' ? archive : undefined;
    await using subject = await lambdaSubject({ readObject });
    await subject.create('fn', { Code: { S3Bucket: 'code', S3Key: 'fn.zip' } });
    expect(await readdir((await specOf(subject)).codeDir)).toEqual(['index.mjs']);
    await expect(subject.create('other', { Code: { S3Bucket: 'code', S3Key: 'none' } })).rejects.toMatchObject({
      message:
        'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    });
  });

  it('is forgotten with the last function that uses it', async () => {
    const { openBlobStore } = await import('../../src/backends/embedded/blob-store.ts');
    const blobs = openBlobStore();
    await using subject = await lambdaSubject({ blobs });
    const Code = { ZipFile: await zipOf({ 'index.mjs': 'same' }) };
    const { CodeSha256 } = await subject.create('a', { Code });
    await subject.create('b', { Code });
    const sha256 = Buffer.from(CodeSha256, 'base64').toString('hex');
    await subject.call('DeleteFunction', { FunctionName: 'a' });
    expect(await blobs.get(sha256)).toBeDefined();
    await subject.call('DeleteFunction', { FunctionName: 'b' });
    expect(await blobs.get(sha256)).toBeUndefined();
  });
});

describe('new code', () => {
  it('is what the next invocation runs, while a version keeps its own', async () => {
    await using subject = await lambdaSubject();
    await subject.create('fn', { Publish: true });
    const before = await specOf(subject);
    const ZipFile = await zipOf({ 'index.mjs': 'export const handler = () => 2;' });
    const dry = await subject.call('UpdateFunctionCode', { FunctionName: 'fn', ZipFile, DryRun: true });
    expect((await specOf(subject)).codeDir).toBe(before.codeDir);
    const updated = await subject.call('UpdateFunctionCode', { FunctionName: 'fn', ZipFile, Publish: true });
    expect(updated).toMatchObject({ Version: '2', FunctionArn: arnOf('fn:2'), State: 'Pending' });
    expect(updated.CodeSha256).toBe(dry.CodeSha256);
    const after = await specOf(subject);
    expect(after.codeDir).not.toBe(before.codeDir);
    expect(after.revision).not.toBe(before.revision);
    expect((await specOf(subject, 'fn:1')).codeDir).toBe(before.codeDir);
  });
});

describe('a local folder', () => {
  const code = (S3Key: string) => ({ Code: { S3Bucket: 'local-folder', S3Key } });

  it('is refused without --code-root, and outside of it wherever links lead', async () => {
    await using shut = await lambdaSubject();
    await expect(shut.create('fn', code(folder))).rejects.toMatchObject({
      message: expect.stringContaining('--code-root'),
    });
    const root = join(folder, 'root');
    await mkdir(root, { recursive: true });
    await symlink(tmpdir(), join(root, 'out')).catch(() => {});
    await using subject = await lambdaSubject({ codeRoot: root });
    for (const path of [folder, join(root, '..'), join(root, 'out'), join(root, 'none')]) {
      await expect(subject.create('fn', code(path)), path).rejects.toMatchObject({
        code: 'InvalidParameterValueException',
      });
    }
  });

  it('says so when the code root itself is not there', async () => {
    await using subject = await lambdaSubject({ codeRoot: join(folder, 'nowhere') });
    await expect(subject.create('fn', code(folder))).rejects.toMatchObject({
      code: 'InvalidParameterValueException',
      message: `There is no folder ${join(folder, 'nowhere')}, which --code-root names.`,
    });
  });

  it('runs what is in it now: a change in any file makes a new revision', async () => {
    const path = join(folder, 'live');
    await mkdir(join(path, 'lib'), { recursive: true });
    await writeFile(join(path, 'index.mjs'), 'export const handler = () => 1;');
    await writeFile(join(path, 'lib/part.mjs'), 'export const part = 1;');
    await using subject = await lambdaSubject({ codeRoot: folder });
    await subject.create('fn', code(path));
    const first = await specOf(subject);
    expect(first).toMatchObject({ live: true, codeDir: path });
    expect((await specOf(subject)).revision).toBe(first.revision);
    await writeFile(join(path, 'lib/part.mjs'), 'export const part = 22;');
    const second = await specOf(subject);
    expect(second.revision).not.toBe(first.revision);
    await mkdir(join(path, 'new'));
    await writeFile(join(path, 'new/file.mjs'), '1');
    const third = await specOf(subject);
    expect(third.revision).not.toBe(second.revision);
    await writeFile(join(path, 'new/file.mjs'), '22');
    const fourth = await specOf(subject);
    expect(fourth.revision).not.toBe(third.revision);
    await rm(join(path, 'new'), { recursive: true });
    expect((await specOf(subject)).revision).not.toBe(fourth.revision);
    expect((await subject.call('GetFunction', { FunctionName: 'fn' })).Code).toEqual({
      RepositoryType: 'local-folder',
      Location: `file://${path}`,
    });
  });
});
