import type { FunctionLog, HeadwaterOptions } from '../../src/config/options.ts';
import { createRealNamespace, onReal } from './real-namespace.ts';

/** A Headwater in this process, as tests use it: on a free port, on the virtual clock, with nothing on disk. */
export interface Simulator extends AsyncDisposable {
  readonly endpoint: string;
  /** The time on its clock. */
  nowMs(): number;
  /** Moves the clock and waits for the work that this sets off; 0 only waits. */
  advance(byMs: number): Promise<void>;
  /** What functions have logged, in order. */
  readonly logs: readonly FunctionLog[];
}

/** Starts one; it stops when it is disposed. */
export async function startSimulator(options: HeadwaterOptions = {}): Promise<Simulator> {
  const { startHeadwater } = await import('../../src/index.ts');
  const logs: FunctionLog[] = [];
  const real = onReal ? createRealNamespace() : undefined;
  const headwater = await startHeadwater({
    port: 0,
    ephemeral: true,
    clock: 'virtual',
    log: (line) => logs.push(line),
    // What nobody awaits must not fail unseen.
    warn: (line) => {
      if (line.startsWith('Unexpected: ')) throw new Error(line);
    },
    ...real?.options,
    ...options,
  });
  return {
    endpoint: headwater.endpoint,
    logs,
    nowMs: () => headwater.clock.nowMs(),
    advance: async (byMs) => {
      const { stillRunning } = await headwater.advance(byMs);
      if (stillRunning.length > 0) throw new Error(`did not come to rest: ${stillRunning.join(', ')}`);
    },
    async [Symbol.asyncDispose]() {
      // The rest goes with the namespace of Redis.
      if (real) await headwater.reset(['s3', 'kinesis', 'dynamodb']);
      await headwater[Symbol.asyncDispose]();
      await real?.[Symbol.asyncDispose]();
    },
  };
}
