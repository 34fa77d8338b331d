import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Credentials } from '../../../src/core/credentials.ts';
import type { ServiceError } from '../../../src/core/errors.ts';
import { accessDenied, invalidArgument, refusal } from '../errors.ts';
import type { PostedForm } from './form.ts';

/** Fields that must be there, by version of the signature, as AWS names them. */
const FIELDS = {
  v2: ['AWSAccessKeyId', 'Signature'],
  v4: ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Signature'],
} as const;

/** Who signed a form. */
export interface FormSignature {
  readonly accessKeyId: string;
  /** The policy could not be read, so it is not what was signed. */
  refuse(): ServiceError;
}

/** Reads the signature of a form and verifies it where signatures are verified. */
export function formSignature({ fields }: PostedForm, credentials: Credentials | undefined): FormSignature {
  const version = signatureVersion(fields);
  for (const name of FIELDS[version]) {
    if (fields.has(name.toLowerCase())) continue;
    throw invalidArgument(
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      { ArgumentName: name, ArgumentValue: '' },
    );
  }
  const policy = fields.get('policy') ?? '';
  const given = fields.get(version === 'v4' ? 'x-amz-signature' : 'signature') ?? '';
  const [accessKeyId = '', ...scope] =
    version === 'v4' ? (fields.get('x-amz-credential') ?? '').split('/') : [fields.get('awsaccesskeyid') ?? ''];
  const refuse = () => wrongSignature({ accessKeyId, policy, given });
  if (credentials?.verify) {
    const secret = credentials.secretOf(accessKeyId);
    if (secret === undefined) {
      throw refusal(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', {
        AWSAccessKeyId: accessKeyId,
      });
    }
    const expected = version === 'v4' ? signV4(secret, scope, policy) : signV2(secret, policy);
    if (!equal(expected, given)) throw refuse();
  }
  return { accessKeyId, refuse };
}

function signatureVersion(fields: PostedForm['fields']): keyof typeof FIELDS {
  if (FIELDS.v4.some((name) => fields.has(name.toLowerCase()))) return 'v4';
  if (FIELDS.v2.some((name) => fields.has(name.toLowerCase()))) return 'v2';
  throw accessDenied();
}

/** The policy, as it is in the form, is what is signed (docs: sigv4-authentication-HTTPPOST.html). */
function signV4(secret: string, scope: readonly string[], policy: string): string {
  const key = scope.reduce<string | Buffer>((each, part) => hmac('sha256', each, part), `AWS4${secret}`);
  return hmac('sha256', key, policy).toString('hex');
}

const signV2 = (secret: string, policy: string) => hmac('sha1', secret, policy).toString('base64');

const hmac = (algorithm: string, key: string | Buffer, text: string) =>
  createHmac(algorithm, key).update(text).digest();

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function wrongSignature(parts: { readonly accessKeyId: string; readonly policy: string; readonly given: string }) {
  return refusal(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    {
      AWSAccessKeyId: parts.accessKeyId,
      StringToSign: parts.policy,
      SignatureProvided: parts.given,
      StringToSignBytes: Buffer.from(parts.policy)
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
    },
  );
}
