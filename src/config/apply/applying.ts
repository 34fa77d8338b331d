import { formatArn, type Scope } from '../../core/arn.ts';

/** One call of the public API, in the account and region of the declaration. Output and input are the SDK's shapes. */
export type CallService = (
  service: 'sqs' | 's3' | 'kinesis' | 'dynamodb' | 'lambda',
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
  /** The ARN of a declared function of that name, else of a queue. */
  readonly destinationArn: (nameOrArn: string) => string;
  /** What the name of a mapping's source was declared as. */
  readonly sourceKind: (name: string) => 'queue' | 'stream' | 'table';
  readonly account: string;
  /** Asks again, on the clock, until there is an answer: what is being created or changed cannot be changed. */
  readonly untilReady: <Ready>(ask: () => Promise<Ready | undefined>) => Promise<Ready>;
}

/** The services whose resources a declaration names. */
type NamedService = 'sqs' | 'kinesis' | 'lambda' | 's3' | 'iam';

/** The ARN of a resource that is named by its ARN or its name. */
export function arnOf({ account, region }: Scope, service: NamedService, name: string): string {
  if (name.startsWith('arn:')) return name;
  switch (service) {
    case 'sqs':
      return formatArn({ service, account, region, resource: name });
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
