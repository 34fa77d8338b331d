import { refusal } from '../errors.ts';

const MAX_POLICY_BYTES = 20 * 1024;

const malformedPolicy = (message: string) => refusal(400, 'MalformedPolicy', message);

/** A policy is stored and shown; nobody is refused by it. */
export function checkPolicy(text: string): void {
  const policy = parse(text);
  if (!policy) throw malformedPolicy("Policies must be valid JSON and the first byte must be '{'");
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES) {
    throw refusal(400, 'PolicyTooLarge', `Policy document exceeds the maximum size of ${MAX_POLICY_BYTES} bytes`);
  }
  if (policy['Statement'] === undefined) throw malformedPolicy('Missing required field Statement');
}

/** Whether some statement lets everybody in without a condition. */
export function isPublicPolicy(text: string): boolean {
  const statements = [parse(text)?.['Statement'] ?? []].flat() as readonly Statement[];
  return statements.some(({ Effect, Principal, Condition }) => {
    const principals = typeof Principal === 'string' ? [Principal] : [Principal?.AWS ?? []].flat();
    return Effect === 'Allow' && !Condition && principals.includes('*');
  });
}

interface Statement {
  readonly Effect?: string;
  readonly Principal?: string | { readonly AWS?: string | readonly string[] };
  readonly Condition?: object;
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
