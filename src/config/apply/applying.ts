import { isDeepStrictEqual } from 'node:util';
import { formatArn, type Scope } from '../../core/arn.ts';

/** The services whose operations a declaration is applied through. */
export type CalledService = 'sqs' | 's3' | 'kinesis' | 'dynamodb' | 'lambda' | 'sns' | 'events' | 'scheduler' | 'logs';

/** One call of the public API, in the account and region of the declaration. Output and input are the SDK's shapes. */
export type CallService = (
  service: CalledService,
  operation: string,
  input: Readonly<Record<string, unknown>>,
  traceHeader?: string,
) => Promise<Record<string, unknown>>;

/** Whether something was made, brought in line, or was as declared already. */
export type Change = 'created' | 'updated' | 'unchanged';

/** What the steps share. */
export interface Applying {
  readonly call: CallService;
  /** The ARN of a resource that is named by its ARN or its name. */
  readonly arnOf: (service: NamedService, nameOrArn: string) => string;
  /** What the name of an asynchronous invocation's destination was declared as, else a queue. */
  readonly destinationService: (name: string) => 'lambda' | 'sns' | 'events' | 'sqs';
  /** What the name of a dead-letter target was declared as, else a queue. */
  readonly deadLetterService: (name: string) => 'sns' | 'sqs';
  /** What the name of a mapping's source was declared as. */
  readonly sourceKind: (name: string) => 'queue' | 'stream' | 'table';
  readonly scope: Scope;
  /** Asks again, on the clock, until there is an answer: what is being created or changed cannot be changed. */
  readonly untilReady: <Ready>(ask: () => Promise<Ready | undefined>) => Promise<Ready>;
}

/** The services whose resources a declaration names. */
type NamedService = 'sqs' | 'kinesis' | 'lambda' | 's3' | 'iam' | 'sns' | 'events' | 'logs';

/** Role of what names none; nothing is refused for lack of a role's policy. */
export const DEFAULT_ROLE = 'headwater';

/** The ARN of a resource that is named by its ARN or its name. */
export function arnOf({ account, region }: Scope, service: NamedService, name: string): string {
  if (name.startsWith('arn:')) return name;
  switch (service) {
    case 'sqs':
    case 'sns':
      return formatArn({ service, account, region, resource: name });
    case 'events':
      return formatArn({ service, account, region, resource: `event-bus/${name}` });
    case 'logs':
      return formatArn({ service, account, region, resource: `log-group:${name}` });
    case 'kinesis':
      return formatArn({ service, account, region, resource: `stream/${name}` });
    case 'lambda':
      return formatArn({ service, account, region, resource: `function:${name}` });
    case 's3':
      return formatArn({ service, account: '', region: '', resource: name });
    case 'iam':
      return formatArn({ service, account, region: '', resource: `role/${name}` });
  }
}

/** What several steps on one thing come to. */
export function combine(changes: readonly Change[]): Change {
  return (
    changes.find((change) => change === 'created') ?? changes.find((change) => change === 'updated') ?? 'unchanged'
  );
}

/** Runs a look-up; `undefined` when AWS would say that there is none. */
export async function orAbsent<Found>(lookUp: Promise<Found>): Promise<Found | undefined> {
  try {
    return await lookUp;
  } catch (error) {
    const { code = '' } = error as { readonly code?: string };
    if (/NotFound|NoSuch|NonExistent|DoesNotExist|^404$/.test(code)) return undefined;
    throw error;
  }
}

/** Whether two attributes say the same: policies and other documents do when their content is the same. */
export function sameText(present: string | undefined, wanted: string): boolean {
  if (present === wanted) return true;
  if (present === undefined || !wanted.startsWith('{')) return false;
  const [left, right] = [JSON.parse(present), JSON.parse(wanted)];
  // A redrive policy's count comes back as it was sent, a number or a text.
  return isDeepStrictEqual(asTexts(left), asTexts(right));
}

const asTexts = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_key, item) => (typeof item === 'number' ? String(item) : item)));

/** The members that have a value. */
export const withoutAbsent = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
