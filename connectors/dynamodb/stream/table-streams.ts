import type { Clock } from '../../../src/core/clock.ts';
import type { Registry } from '../../../src/core/ports/registry.ts';
import type { TableStreams } from '../../../src/core/source.ts';
import { DYNAMODB } from '../table/table.ts';
import { isStreamKey } from './known-streams.ts';
import { isForgotten, type Stream } from './stream.ts';

/** The streams in the registry, for whoever carries their changes elsewhere. */
export function createTableStreams({
  registry,
  clock,
}: {
  readonly registry: Registry;
  readonly clock: Clock;
}): TableStreams {
  return {
    async list() {
      const entries = (await registry.list<Stream>(DYNAMODB)).filter(({ key }) => isStreamKey(key));
      return entries.flatMap(({ value }) => (isForgotten(value, clock.nowMs()) ? [] : [value.arn]));
    },
    onChange: (changed) =>
      registry.watch(DYNAMODB, (key) => {
        if (key === undefined || isStreamKey(key)) changed();
      }),
  };
}
