import type { Random } from './random.ts';

/**
 * What the function gets as its trace: the caller's with the parts that it lacks, `Lineage` untouched; else one of its own.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function traceHeaderFor(incoming: string | undefined, nowMs: number, random: Random): string {
  const given = incoming?.includes('Root=') ? incoming : undefined;
  if (given?.includes('Parent=') && given.includes('Sampled=')) return given;
  const [root, ...rest] = given?.split(';') ?? [newRoot(nowMs, random)];
  const has = (name: string) => rest.some((part) => part.startsWith(name));
  const parent = has('Parent=') ? [] : [`Parent=${hex(8, random)}`];
  const sampled = has('Sampled=') ? [] : ['Sampled=0'];
  return [root, ...parent, ...sampled, ...rest].join(';');
}

const newRoot = (nowMs: number, random: Random) => `Root=1-${Math.floor(nowMs / 1000).toString(16)}-${hex(12, random)}`;

/** Eight digits at a time: cheap enough for every invocation. */
const hex = (bytes: number, random: Random) =>
  Array.from({ length: bytes / 4 }, () =>
    random
      .integer(0, 2 ** 32 - 1)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
