import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes that this process still refers to. What only waits to be collected is left out: how much that is depends on how busy the machine is. */
export function heldBytes(): number {
  collect();
  // Buffers that the first one found are given back by the next.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
