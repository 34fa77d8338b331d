import type { AccessControlPolicy, Grant, Grantee, Permission } from '@aws-sdk/client-s3';
import { canonicalId } from '../bucket/owner.ts';
import { invalidArgument, invalidRequest, refusal } from '../errors.ts';

/** Who may do what, as stored and shown. Nobody is refused by it. */
export type Acl = readonly Grant[];

/** The members by which a request gives an ACL. */
export interface AclInput {
  readonly ACL?: string | undefined;
  readonly AccessControlPolicy?: AccessControlPolicy | undefined;
  readonly GrantFullControl?: string | undefined;
  readonly GrantRead?: string | undefined;
  readonly GrantReadACP?: string | undefined;
  readonly GrantWrite?: string | undefined;
  readonly GrantWriteACP?: string | undefined;
}

const GROUPS = 'http://acs.amazonaws.com/groups/';
const ALL_USERS = `${GROUPS}global/AllUsers`;
const AUTHENTICATED_USERS = `${GROUPS}global/AuthenticatedUsers`;
const LOG_DELIVERY = `${GROUPS}s3/LogDelivery`;
const KNOWN_GROUPS = new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]);
const PERMISSIONS = new Set<string>(['FULL_CONTROL', 'READ', 'READ_ACP', 'WRITE', 'WRITE_ACP']);

const group = (URI: string, Permission: Permission): Grant => ({ Grantee: { Type: 'Group', URI }, Permission });

/** What a canned ACL grants beside full control to the owner. */
const CANNED: Readonly<Record<string, readonly Grant[]>> = {
  private: [],
  'public-read': [group(ALL_USERS, 'READ')],
  'public-read-write': [group(ALL_USERS, 'READ'), group(ALL_USERS, 'WRITE')],
  'authenticated-read': [group(AUTHENTICATED_USERS, 'READ')],
  'aws-exec-read': [],
  'bucket-owner-read': [],
  'bucket-owner-full-control': [],
  'log-delivery-write': [group(LOG_DELIVERY, 'WRITE'), group(LOG_DELIVERY, 'READ_ACP')],
};

const GRANT_HEADERS = [
  ['GrantFullControl', 'x-amz-grant-full-control', 'FULL_CONTROL'],
  ['GrantRead', 'x-amz-grant-read', 'READ'],
  ['GrantReadACP', 'x-amz-grant-read-acp', 'READ_ACP'],
  ['GrantWrite', 'x-amz-grant-write', 'WRITE'],
  ['GrantWriteACP', 'x-amz-grant-write-acp', 'WRITE_ACP'],
] as const;

/** Full control for the owner alone: what holds when no ACL was given. */
export function privateAcl(account: string): Acl {
  return [{ Grantee: { Type: 'CanonicalUser', ID: canonicalId(account) }, Permission: 'FULL_CONTROL' }];
}

/** The ACL that a request to create something gives; `undefined` for none. */
export function givenAcl(input: AclInput, account: string): Acl | undefined {
  const headers = GRANT_HEADERS.filter(([member]) => input[member] !== undefined);
  if (input.ACL !== undefined) {
    if (headers.length > 0) throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
    return cannedAcl(input.ACL, account);
  }
  if (headers.length === 0) return undefined;
  return headers.flatMap(([member, header, Permission]) =>
    granteesOf(header, input[member] ?? '').map((Grantee) => ({ Grantee, Permission })),
  );
}

/** The ACL that a request to set one gives, which must give one, and in one way. */
export function requiredAcl(input: AclInput, account: string): Acl {
  const given = givenAcl(input, account);
  const { AccessControlPolicy: policy } = input;
  if (given) {
    if (policy) throw refusal(400, 'UnexpectedContent', 'This request does not support content');
    return given;
  }
  if (policy) return policyAcl(policy);
  throw refusal(400, 'MissingSecurityHeader', 'Your request was missing a required header', {
    MissingHeaderName: 'x-amz-acl',
  });
}

function cannedAcl(name: string, account: string): Acl {
  const grants = CANNED[name];
  if (!grants) throw invalidArgument('', { ArgumentName: 'x-amz-acl', ArgumentValue: name });
  return [...privateAcl(account), ...grants];
}

/** `uri="…", id="…"`: the grantees of a grant header. */
function granteesOf(header: string, value: string): Grantee[] {
  return value.split(',').map((text) => {
    const [, kind, name = ''] = /^\s*(\w+)\s*=\s*"?([^"]*)"?\s*$/.exec(text) ?? [];
    if (kind === 'uri') return groupGrantee(name, 'uri');
    if (kind === 'id') return userGrantee(name, 'id');
    if (kind === 'emailAddress') throw emailNotSupported();
    throw invalidArgument('Argument format not recognized', { ArgumentName: header, ArgumentValue: value });
  });
}

/** AWS stopped taking e-mail addresses as grantees on 2025-10-01 (docs: acl-overview.html). */
const emailNotSupported = () =>
  refusal(405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.');

function policyAcl(policy: AccessControlPolicy): Acl {
  const grants = policy.Grants ?? [];
  const owner = policy.Owner?.ID;
  if (owner === undefined || grants.some(({ Permission }) => !PERMISSIONS.has(Permission ?? ''))) {
    throw malformedAcl();
  }
  userGrantee(owner, 'CanonicalUser/ID');
  return grants.map(({ Grantee, Permission }) => ({ Grantee: policyGrantee(Grantee), Permission }));
}

function policyGrantee(grantee: Grantee | undefined): Grantee {
  switch (grantee?.Type) {
    case 'Group':
      return groupGrantee(grantee.URI ?? '', 'Group/URI');
    case 'CanonicalUser':
      return userGrantee(grantee.ID ?? '', 'CanonicalUser/ID');
    case 'AmazonCustomerByEmail':
      throw emailNotSupported();
    default:
      throw malformedAcl();
  }
}

function groupGrantee(URI: string, ArgumentName: string): Grantee {
  if (!KNOWN_GROUPS.has(URI)) throw invalidArgument('Invalid group uri', { ArgumentName, ArgumentValue: URI });
  return { Type: 'Group', URI };
}

/** Canonical ids are 64 hex digits; whether such a user exists is not known here. */
function userGrantee(ID: string, ArgumentName: string): Grantee {
  if (!/^[0-9a-f]{64}$/.test(ID)) throw invalidArgument('Invalid id', { ArgumentName, ArgumentValue: ID });
  return { Type: 'CanonicalUser', ID };
}

const malformedAcl = () =>
  refusal(
    400,
    'MalformedACLError',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
