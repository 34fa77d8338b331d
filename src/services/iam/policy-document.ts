import { malformedPolicy } from './iam-error.ts';

/** Checks that a document is JSON with statements, which is as far as a stored document is looked at. */
export function requirePolicyDocument(document: string | undefined): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document ?? '');
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
  if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed)) {
    throw malformedPolicy('Syntax errors in policy.');
  }
  return document ?? '';
}

/** IAM hands documents out URL-encoded by RFC 3986: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export function encodedDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
