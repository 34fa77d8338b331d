import type { Tag } from '@aws-sdk/client-s3';
import { realClock } from '../../../src/core/clock.ts';
import type { Credentials } from '../../../src/core/credentials.ts';
import type { ByteStream, RawRequest, RawResponse, RequestContext } from '../../../src/core/operation.ts';
import type { ObjectVersion } from '../../../src/core/ports/object-store.ts';
import { CHECKSUM_ALGORITHMS, checksumHeader, checksumMember } from '../checksum/checksum.ts';
import { accessDenied, invalidArgument, malformedXml, preconditionFailed } from '../errors.ts';
import { encodeKey } from '../listing/key-encoding.ts';
import { type NewObjectInput, storeObject } from '../object/new-object.ts';
import { quoted } from '../object/object-facts.ts';
import { objectTags } from '../object/tags.ts';
import { shownVersion } from '../object/version-lookup.ts';
import type { S3 } from '../service.ts';
import { type PostedForm, readForm } from './form.ts';
import { checkPolicy, checkSize, parsePolicy, type SizeLimits } from './post-policy.ts';
import { formSignature } from './post-signature.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html */
export async function postObject(
  s3: S3,
  credentials: Credentials | undefined,
  request: RawRequest,
  bucketName: string,
  context: RequestContext,
): Promise<RawResponse> {
  const contentType = request.headers['content-type'] ?? '';
  if (!contentType.toLowerCase().startsWith('multipart/form-data')) {
    throw preconditionFailed('Bucket POST must be of the enclosure-type multipart/form-data');
  }
  const form = await readForm(contentType, request.body);
  const key = keyOf(form);
  const { limits, accessKeyId } = checkForm(credentials, form, bucketName);
  const sender = senderOf(accessKeyId, form, credentials, context);
  const bucket = await s3.buckets.open({ Bucket: bucketName }, sender);
  const input = { ...inputOf(form), Key: key, Body: measured(form.file, limits) };
  const { version } = await storeObject(s3, bucket, input, sender, 'ObjectCreated:Post');
  const versionId = shownVersion(bucket, version).VersionId;
  return answerTo(form, version, context, versionId === undefined ? {} : { 'x-amz-version-id': versionId });
}

function keyOf({ fields, fileName }: PostedForm): string {
  const key = fields.get('key');
  if (!key) {
    throw invalidArgument(
      "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the fields.",
      { ArgumentName: 'key', ArgumentValue: '' },
    );
  }
  return fileName === undefined ? key : key.replace(/\$\{filename\}/g, () => fileName.replace(/^.*[\\/]/, ''));
}

/** A form without a policy is anonymous: it is refused where signatures are verified. */
function checkForm(
  credentials: Credentials | undefined,
  form: PostedForm,
  bucket: string,
): { readonly limits: SizeLimits; readonly accessKeyId: string } {
  const encoded = form.fields.get('policy');
  if (encoded === undefined) {
    if (credentials?.verify) throw accessDenied();
    return { limits: { min: 0, max: Number.POSITIVE_INFINITY }, accessKeyId: '' };
  }
  const { accessKeyId, refuse } = formSignature(form, credentials);
  const policy = parsePolicy(encoded);
  if (!policy) throw refuse();
  return { limits: checkPolicy(policy, form, { bucket, nowMs: realClock.nowMs() }), accessKeyId };
}

/** The context as if the form's signature had come with the request. */
function senderOf(
  accessKeyId: string,
  { fields }: PostedForm,
  credentials: Credentials | undefined,
  context: RequestContext,
): RequestContext {
  return {
    account: credentials?.accountOf(accessKeyId) ?? context.account,
    caller: credentials?.callerOf(accessKeyId) ?? { ...context.caller, accessKeyId },
    headers: { expires: fields.get('expires') },
    region: context.region,
    requestId: context.requestId,
    origin: context.origin,
    sourceIp: context.sourceIp,
    protocol: context.protocol,
    hostId: context.hostId,
    traceHeader: context.traceHeader,
    signal: context.signal,
  };
}

function inputOf({ fields }: PostedForm): NewObjectInput {
  const checksums = CHECKSUM_ALGORITHMS.map((each) => [checksumMember(each), fields.get(checksumHeader(each))]);
  const metadata = [...fields].flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value]] : [],
  );
  return {
    ContentType: fields.get('content-type'),
    CacheControl: fields.get('cache-control'),
    ContentDisposition: fields.get('content-disposition'),
    ContentEncoding: fields.get('content-encoding'),
    ContentLanguage: fields.get('content-language'),
    WebsiteRedirectLocation: fields.get('x-amz-website-redirect-location'),
    StorageClass: fields.get('x-amz-storage-class'),
    ServerSideEncryption: fields.get('x-amz-server-side-encryption'),
    SSEKMSKeyId: fields.get('x-amz-server-side-encryption-aws-kms-key-id'),
    ACL: fields.get('acl'),
    Tagging: taggingOf(fields.get('tagging')),
    Metadata: Object.fromEntries(metadata) as Record<string, string>,
    ...Object.fromEntries(checksums.filter(([, value]) => value !== undefined)),
  };
}

/** Tags come as XML here; they are handed on as the header would have them. What holds no tags is taken as none (recorded). */
function taggingOf(xml: string | undefined): string | undefined {
  if (xml === undefined) return undefined;
  if (!/^\s*<[\s\S]*>\s*$/.test(xml)) throw malformedXml();
  const tags = [
    ...xml.matchAll(/<Tag>[\s\S]*?<Key>([\s\S]*?)<\/Key>\s*<Value>([\s\S]*?)<\/Value>[\s\S]*?<\/Tag>/g),
  ].map(([, key = '', value = '']): Tag => ({ Key: unescaped(key), Value: unescaped(value) }));
  return new URLSearchParams(
    objectTags({ TagSet: tags }).map(({ Key = '', Value = '' }): [string, string] => [Key, Value]),
  ).toString();
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string) => text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

/** What is too large is not passed on, but counted, so that the refusal can say how large it was. */
async function* measured(file: ByteStream, limits: SizeLimits): ByteStream {
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size <= limits.max) yield chunk;
  }
  checkSize(size, limits);
}

function answerTo(
  { fields }: PostedForm,
  version: ObjectVersion,
  context: RequestContext,
  extra: Readonly<Record<string, string>>,
): RawResponse {
  const etag = quoted(version.etag);
  const location = `${context.origin}/${version.bucket}/${encodeKey(version.key)}`;
  const headers = {
    ...extra,
    etag,
    location,
    'x-amz-request-id': context.requestId,
    ...(context.hostId ? { 'x-amz-id-2': context.hostId } : {}),
  };
  const redirect = redirectOf(fields, version, etag);
  if (redirect !== undefined) return { status: 303, headers: { ...headers, location: redirect } };
  const status = Number(fields.get('success_action_status'));
  if (status !== 201) return { status: status === 200 ? 200 : 204, headers };
  const body = Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${escaped(location)}</Location><Bucket>${version.bucket}</Bucket><Key>${escaped(version.key)}</Key><ETag>${escaped(etag)}</ETag></PostResponse>`,
  );
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml', 'content-length': String(body.length) },
    body,
  };
}

/** An address that cannot be read is ignored, as AWS does. */
function redirectOf(fields: PostedForm['fields'], version: ObjectVersion, etag: string): string | undefined {
  const asked = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (!asked || !URL.canParse(asked)) return undefined;
  const url = new URL(asked);
  for (const [name, value] of Object.entries({ bucket: version.bucket, key: version.key, etag })) {
    url.searchParams.set(name, value);
  }
  return url.href;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
