import type { ServiceError } from '../../../src/core/errors.ts';
import { accessDenied, refusal } from '../errors.ts';
import type { PostedForm } from './form.ts';

/** What a policy says of the size of the file. */
export interface SizeLimits {
  readonly min: number;
  readonly max: number;
}

/** A condition as AWS names it when it fails. */
type Condition = readonly [operator: string, ...operands: readonly unknown[]];

/** Fields that no condition need cover (docs: sigv4-HTTPPOSTConstructPolicy.html). */
const FREE_FIELDS = new Set(['x-amz-signature', 'signature', 'awsaccesskeyid', 'policy', 'file', 'bucket']);

const failed = (condition: Condition) =>
  accessDenied(
    `Invalid according to Policy: Policy Condition failed: [${condition.map((each) => `"${String(each)}"`).join(', ')}]`,
  );

const invalidPolicy = (message: string): ServiceError =>
  refusal(400, 'InvalidPolicyDocument', `Invalid Policy: ${message}`);

/** The policy in the form; `undefined` when it cannot be read, which means that it is not what was signed. */
export function parsePolicy(encoded: string): Record<string, unknown> | undefined {
  try {
    const policy: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    return typeof policy === 'object' && policy !== null ? (policy as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Refuses a form that its policy does not allow; gives the bounds of the file's size, which only its end can tell. */
export function checkPolicy(
  policy: Record<string, unknown>,
  { fields }: PostedForm,
  { bucket, nowMs }: { readonly bucket: string; readonly nowMs: number },
): SizeLimits {
  const expiresAtMs = Date.parse(String(policy['expiration']));
  if (Number.isNaN(expiresAtMs)) throw invalidPolicy("Invalid 'expiration' value.");
  if (expiresAtMs < nowMs) throw accessDenied('Invalid according to Policy: Policy expired.');
  if (!Array.isArray(policy['conditions'])) throw invalidPolicy("Missing 'conditions' element.");
  const conditions = policy['conditions'].map(normalize);
  const covered = new Set<string>();
  let limits: SizeLimits = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const condition of conditions) {
    const [operator, subject, value] = condition;
    if (operator === 'content-length-range') {
      limits = sizeLimits(condition);
      continue;
    }
    const name = String(subject).replace(/^\$/, '').toLowerCase();
    const given = name === 'bucket' ? bucket : fields.get(name);
    const holds =
      String(subject).startsWith('$') &&
      (operator === 'starts-with' ? given?.startsWith(String(value)) : operator === 'eq' && given === value);
    if (!holds) throw failed(condition);
    covered.add(name);
  }
  for (const name of fields.keys()) {
    if (covered.has(name) || FREE_FIELDS.has(name) || name.startsWith('x-ignore-')) continue;
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${name}`);
  }
  return limits;
}

function normalize(condition: unknown): Condition {
  if (Array.isArray(condition)) {
    const [operator, ...operands] = condition as readonly unknown[];
    return [String(operator).toLowerCase(), ...operands];
  }
  const entries = Object.entries(condition as object);
  const [entry] = entries;
  if (!entry || entries.length > 1) {
    throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  return ['eq', `$${entry[0]}`, entry[1]];
}

function sizeLimits(condition: Condition): SizeLimits {
  const [, min, max] = condition;
  const limits = { min: Number(min), max: Number(max) };
  if (Number.isInteger(limits.min) && Number.isInteger(limits.max)) return limits;
  throw failed(condition);
}

/** Refuses a file whose size the policy does not allow; called when all of it has come. */
export function checkSize(size: number, { min, max }: SizeLimits): void {
  if (size > max) {
    throw refusal(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: String(size),
      MaxSizeAllowed: String(max),
    });
  }
  if (size < min) {
    throw refusal(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
      ProposedSize: String(size),
      MinSizeAllowed: String(min),
    });
  }
}
