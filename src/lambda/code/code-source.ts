import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';
import type { FunctionCode, UpdateFunctionCodeRequest } from '@aws-sdk/client-lambda';
import type { Scope } from '../../core/arn.ts';
import { ServiceError } from '../../core/errors.ts';
import type { FolderCode } from '../function/function-record.ts';
import { entityTooLarge, invalidParameter, notSupported } from '../lambda-error.ts';
import { MAX_UNZIPPED_BYTES } from './archive.ts';

/** `Code.S3Bucket` that means a folder of this machine; `S3Key` is then its absolute path. */
const LOCAL_FOLDER = 'local-folder';

/** Quota of a zip sent inline. */
const MAX_ZIPPED_BYTES = 52_428_800;

/** Reads an object of a local bucket; `undefined` when there is none. */
export type ReadObject = (
  scope: Scope,
  bucket: string,
  key: string,
  versionId?: string,
) => Promise<Uint8Array | undefined>;

/** How CreateFunction and UpdateFunctionCode give code. */
export type GivenCode = FunctionCode & Pick<UpdateFunctionCodeRequest, 'S3ObjectVersion'>;

/** What was given: a folder to run as it is, or the bytes of an archive. */
export type CodeSource = FolderCode | { readonly kind: 'archive'; readonly archive: Uint8Array };

/** Fetches what was given, in AWS's words where it cannot be had. */
export async function readCodeSource(
  options: { readonly codeRoot: string | undefined; readonly readObject: () => ReadObject },
  scope: Scope,
  given: GivenCode,
): Promise<CodeSource> {
  const { ImageUri, SourceKMSKeyArn, ZipFile, S3Bucket, S3Key } = given;
  if (ImageUri !== undefined) throw notSupported('container images (Code.ImageUri)');
  if (SourceKMSKeyArn !== undefined) throw notSupported('encrypted packages (SourceKMSKeyArn)');
  if (ZipFile !== undefined) return { kind: 'archive', archive: inlineArchive(ZipFile, given) };
  if (!S3Bucket || !S3Key) throw invalidParameter('Please provide a source for function code.');
  if (S3Bucket === LOCAL_FOLDER) return await folderBelow(options.codeRoot, S3Key);
  return { kind: 'archive', archive: await readBucket(options.readObject(), scope, given) };
}

function inlineArchive(archive: Uint8Array, { S3Bucket, S3Key, S3ObjectVersion }: GivenCode): Uint8Array {
  if (S3Bucket !== undefined || S3Key !== undefined || S3ObjectVersion !== undefined) {
    throw invalidParameter('Please do not provide other FunctionCode parameters when providing a ZipFile.');
  }
  if (archive.length > MAX_ZIPPED_BYTES) {
    throw entityTooLarge(`Zipped size must be smaller than ${MAX_ZIPPED_BYTES} bytes`);
  }
  return archive;
}

async function readBucket(readObject: ReadObject, scope: Scope, given: GivenCode): Promise<Uint8Array> {
  const { S3Bucket = '', S3Key = '', S3ObjectVersion } = given;
  const archive = await readObject(scope, S3Bucket, S3Key, S3ObjectVersion).catch((error: unknown) => {
    throw error instanceof ServiceError ? getObjectError(error.code, error.message) : error;
  });
  if (!archive) throw getObjectError('NoSuchKey', 'The specified key does not exist.');
  if (archive.length > MAX_UNZIPPED_BYTES) {
    throw invalidParameter(`Unzipped size must be smaller than ${MAX_UNZIPPED_BYTES} bytes`);
  }
  return archive;
}

const getObjectError = (code: string, message: string) =>
  invalidParameter(`Error occurred while GetObject. S3 Error Code: ${code}. S3 Error Message: ${message}`);

/** A folder may be run only below the root that the user opened, wherever links lead. */
async function folderBelow(codeRoot: string | undefined, path: string): Promise<FolderCode> {
  if (codeRoot === undefined) {
    throw invalidParameter(
      `Code.S3Bucket "${LOCAL_FOLDER}" runs code straight from a folder, which is off. ` +
        `Start Headwater with --code-root <a folder above ${path}>.`,
    );
  }
  const root = await realpath(codeRoot).catch(() => undefined);
  if (root === undefined) throw invalidParameter(`There is no folder ${codeRoot}, which --code-root names.`);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !(await stat(real)).isDirectory()) {
    throw invalidParameter(`Code.S3Key must be the absolute path of a folder; ${path} is none.`);
  }
  if (real !== root && !real.startsWith(root + sep)) {
    throw invalidParameter(`The folder ${path} is not below --code-root ${codeRoot}.`);
  }
  return { kind: 'folder', path: real };
}
