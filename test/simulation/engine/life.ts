import { type Activity, createActivity } from '../../../src/core/activity.ts';
import { type Arn, asArn, DEFAULT_ACCOUNT, DEFAULT_REGION, formatArn } from '../../../src/core/arn.ts';
import type { Journal } from '../../../src/core/journal.ts';
import type { RequestContext, ServiceApi } from '../../../src/core/operation.ts';
import { type Random, seededRandom } from '../../../src/core/random.ts';
import { promptTiming, type Timing } from '../../../src/core/timing.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/core/virtual-clock.ts';
import { PATIENCE_MS } from '../../support/patience.ts';
import { onReal } from '../../support/real-namespace.ts';
import type { Disk, MortalPorts } from './disk.ts';

/** What the parts of one life stand on: from a start to the stop or crash that ends it. */
export interface Ground extends MortalPorts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly timing: Timing;
  readonly journal: Journal;
  readonly activity: Activity;
}

/** When all runs begin: a whole minute, some time in 2026. */
export const START_MS = Date.UTC(2026, 0, 5, 10);

/** How long, in real time, a life may take to come to rest. */
export const REST_DEADLINE_MS = onReal ? 60_000 : PATIENCE_MS;

/** Opens the ground of a life that begins at that instant. */
export async function openGround(
  disk: Disk,
  options: { readonly nowMs: number; readonly seed: number; readonly timing?: Partial<Timing> },
): Promise<Ground> {
  const activity = createActivity();
  const clock = createVirtualClock(options.nowMs, activity);
  return {
    ...(await disk.open({ clock, activity })),
    ...{ activity, clock },
    random: seededRandom(options.seed),
    timing: { ...promptTiming, ...options.timing },
    journal: { append: () => {} },
  };
}

/** The ARN of something in the account of all runs. */
export const arnOf = (service: string, resource: string): Arn =>
  formatArn({ service, region: DEFAULT_REGION, account: DEFAULT_ACCOUNT, resource });

/** A call as it comes from the gateway. */
export const context: RequestContext = {
  account: DEFAULT_ACCOUNT,
  region: DEFAULT_REGION,
  requestId: '00000000-0000-4000-8000-000000000000',
  origin: 'http://localhost:4566',
  caller: { accessKeyId: 'test', arn: asArn(`arn:aws:iam::${DEFAULT_ACCOUNT}:root`), userId: DEFAULT_ACCOUNT },
  sourceIp: '127.0.0.1',
  headers: {},
  protocol: 'json',
  traceHeader: undefined,
  signal: new AbortController().signal,
};

/** Calls an operation of an API without the wire. */
export async function call<Output = Record<string, unknown>>(
  api: ServiceApi,
  name: string,
  input: object,
): Promise<Output> {
  const operation = await api.operation(name);
  if (!operation) throw new Error(`${api.name} has no operation ${name}`);
  return (await operation(input as Record<string, unknown>, context)) as Output;
}

/** Lets the event loop turn that often. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
