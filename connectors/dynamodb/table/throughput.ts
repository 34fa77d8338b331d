import type {
  OnDemandThroughput,
  ProvisionedThroughput,
  ProvisionedThroughputDescription,
  WarmThroughput,
} from '@aws-sdk/client-dynamodb';
import { invalidParameters, validationException } from '../values/refusal.ts';
import type { Billing, Throughput } from './table.ts';

/** What a request says of capacity, of a table or a global index. */
export interface GivenThroughput {
  readonly ProvisionedThroughput?: ProvisionedThroughput | undefined;
  readonly OnDemandThroughput?: OnDemandThroughput | undefined;
  readonly WarmThroughput?: WarmThroughput | undefined;
}

/** What a table or an index is warm for, as AWS shows it. */
export interface ShownWarmThroughput {
  readonly ReadUnitsPerSecond: number;
  readonly WriteUnitsPerSecond: number;
  readonly Status: 'ACTIVE' | 'UPDATING';
}

const MAX_UNITS = 1e12;
/** What a table on demand is warm for from its first moment (recorded). */
const ON_DEMAND_WARM = { read: 12_000, write: 4_000 };
const NONE = { read: 0, write: 0 };

/** The capacity that a request asks for; what it leaves out stays as it was. */
export function readThroughput(mode: Billing['mode'], given: GivenThroughput, before?: Throughput): Throughput {
  const { OnDemandThroughput: onDemand, WarmThroughput: warm } = given;
  const provisioned = readProvisioned(given.ProvisionedThroughput);
  return {
    provisioned: mode === 'PAY_PER_REQUEST' ? NONE : (provisioned ?? before?.provisioned ?? NONE),
    onDemand: onDemand
      ? { maxRead: onDemand.MaxReadRequestUnits, maxWrite: onDemand.MaxWriteRequestUnits }
      : before?.onDemand,
    warm: warm ? readWarm(warm, before?.warm) : before?.warm,
  };
}

function readProvisioned(given: ProvisionedThroughput | undefined) {
  if (!given) return undefined;
  const { ReadCapacityUnits: read = 0, WriteCapacityUnits: write = 0 } = given;
  for (const [name, value] of Object.entries({ ReadCapacityUnits: read, WriteCapacityUnits: write })) {
    if (value > MAX_UNITS) throw validationException(`Given value ${value} for ${name} is out of bounds`);
  }
  return { read, write };
}

function readWarm(given: WarmThroughput, before: Throughput['warm']) {
  const { ReadUnitsPerSecond: read = before?.read ?? 0, WriteUnitsPerSecond: write = before?.write ?? 0 } = given;
  return { read, write };
}

/** Refuses a billing mode and a capacity that do not go together. */
export function checkBilling(mode: string | undefined, given: ProvisionedThroughput | undefined): Billing['mode'] {
  if (mode === 'PAY_PER_REQUEST') {
    if (!given) return mode;
    throw invalidParameters(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  if (given) return 'PROVISIONED';
  throw invalidParameters(
    'ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
  );
}

/** Capacity as AWS describes it; a table's has the times of its last changes. */
export function describeProvisioned(
  { provisioned }: Throughput,
  changes: Pick<Billing, 'increasedAtMs' | 'decreasedAtMs'> = {},
): ProvisionedThroughputDescription {
  const { increasedAtMs, decreasedAtMs } = changes;
  return {
    ...(increasedAtMs !== undefined && { LastIncreaseDateTime: new Date(increasedAtMs) }),
    ...(decreasedAtMs !== undefined && { LastDecreaseDateTime: new Date(decreasedAtMs) }),
    NumberOfDecreasesToday: 0,
    ReadCapacityUnits: provisioned.read,
    WriteCapacityUnits: provisioned.write,
  };
}

/** The most that a table on demand may take a second, where that was limited. */
export function describeOnDemand({ onDemand }: Throughput): { OnDemandThroughput?: OnDemandThroughput } {
  if (!onDemand) return {};
  return {
    OnDemandThroughput: { MaxReadRequestUnits: onDemand.maxRead, MaxWriteRequestUnits: onDemand.maxWrite },
  };
}

/** What it is warm for: what was asked for, else what it was given. */
export function describeWarm(
  mode: Billing['mode'],
  { warm, provisioned }: Throughput,
  status: 'ACTIVE' | 'UPDATING' = 'ACTIVE',
): { readonly WarmThroughput: ShownWarmThroughput } {
  const { read, write } = warm ?? (mode === 'PAY_PER_REQUEST' ? ON_DEMAND_WARM : provisioned);
  return { WarmThroughput: { ReadUnitsPerSecond: read, Status: status, WriteUnitsPerSecond: write } };
}
