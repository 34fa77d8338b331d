import type { ServiceApi } from '../core/operation.ts';
import type { Registry } from '../core/ports/registry.ts';
import type { Target } from '../core/target.ts';
import type { Ground } from './ground.ts';

/** What works from a start to a close. */
interface Part {
  /** Begins to work, also on what an earlier process left; absent where that begins with the opening. */
  start?(): unknown;
  reset(): Promise<void>;
  close(deadlineMs: number): Promise<void>;
}

/** A part that is loaded when something is first asked of it; until then there is nothing for it to do. */
export interface LatePart<Opened extends Part> {
  /** Loads and opens it, the first time. */
  opened(): Promise<Opened>;
  /** Absent as long as nobody has asked anything of it. */
  readonly current: Opened | undefined;
  start(): void;
  reset(): Promise<void>;
  close(deadlineMs?: number): Promise<void>;
}

/** Makes parts that are loaded late, or at once where they have something to do already. */
export type LateParts = <Opened extends Part>(name: string, open: () => Promise<Opened>) => Promise<LatePart<Opened>>;

/** Key under which it is noted that this state has been looked after from its first day. */
const SINCE_THE_BEGINNING = '';

/**
 * A part is loaded at once where it may have stored something: where it was ever opened on this state, and where other
 * processes share the state, whose work is everybody's.
 */
export async function openLateParts(
  { store, backends }: Pick<Ground, 'store' | 'backends'>,
  registry: Registry,
): Promise<LateParts> {
  const notes = store.table<true>('late-parts');
  const noted = new Set(Array.from(notes.load(), ([name]) => name));
  let isKnown = !backends.redis && noted.has(SINCE_THE_BEGINNING);
  if (!backends.redis && !isKnown && (await registry.list('')).length === 0) {
    await notes.put(SINCE_THE_BEGINNING, true);
    isKnown = true;
  }
  return async (name, open) => {
    const part = latePart(async () => {
      // First of all: what it stores is found by the next process.
      if (isKnown && !noted.has(name)) await notes.put(name, true);
      return await open();
    });
    if (!isKnown || noted.has(name)) await part.opened();
    return part;
  };
}

function latePart<Opened extends Part>(open: () => Promise<Opened>): LatePart<Opened> {
  let opening: Promise<Opened> | undefined;
  let current: Opened | undefined;
  let started = false;
  let closed = false;
  const openNow = async () => {
    const part = await open();
    current = part;
    if (started && !closed) part.start?.();
    // It answers what is asked of it until the endpoint is closed, and works no more.
    if (closed) await part.close(0);
    return part;
  };
  return {
    opened() {
      // What failed is tried again when it is next asked for.
      opening ??= openNow().catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      return opening;
    },
    get current() {
      return current;
    },
    start() {
      started = true;
      current?.start?.();
    },
    async reset() {
      await (await opening)?.reset();
    },
    async close(deadlineMs = 0) {
      const wasOpening = opening;
      closed = true;
      if (current) await current.close(deadlineMs);
      else await wasOpening;
    },
  };
}

/** The API of a late part. */
export function lateApi(name: string, api: () => Promise<ServiceApi>): ServiceApi {
  return { name, operation: async (operation) => await (await api()).operation(operation) };
}

/** A late part as a target of deliveries. */
export function lateTarget(service: string, opened: () => Promise<{ readonly target: Target }>): Target {
  return {
    service,
    deliver: async (arn, delivery, signal) => await (await opened()).target.deliver(arn, delivery, signal),
    describe: async (arn) => await (await opened()).target.describe(arn),
  };
}
