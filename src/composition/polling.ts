import type { MappingsOptions, RunningMappings } from '../../mappings/poll/mappings.ts';
import type { Settings } from '../config/options.ts';
import type { EventSourceMappings } from '../core/mappings.ts';
import { type Connectors, openStreams } from './connectors.ts';
import { createFileSecrets } from './file-secrets.ts';
import type { LateParts } from './late-parts.ts';

/** What takes from queues, streams and topics on behalf of functions. */
export async function openPolling(
  parts: Omit<MappingsOptions, 'sources' | 'streams' | 'topics'>,
  connectors: Connectors,
  settings: Settings,
  late: LateParts,
) {
  const { source } = connectors.sqs;
  const sources = new Map([[source.service, source]]);
  const polling = await late('mappings', async () => {
    const [streams, { createKafka }, { openConsumerGroups }, { createMappings }] = await Promise.all([
      openStreams(connectors),
      import('../../connectors/kafka/connector.ts'),
      import('../backends/kafka/consumer-group/consumer-groups.ts'),
      import('../../mappings/poll/mappings.ts'),
    ]);
    const kafka = createKafka({ groups: openConsumerGroups(), secrets: createFileSecrets(settings.secrets) });
    const mappings = createMappings({ ...parts, sources, streams, topics: kafka.source });
    const { start, reset, close } = mappings;
    return { kafka, mappings, start, reset, close };
  });
  const { start, reset, close } = polling;
  const asked = lateMappings(
    async () => (await polling.opened()).mappings,
    () => polling.current?.mappings,
  );
  return {
    mappings: { ...asked, start, reset, close, [Symbol.asyncDispose]: close },
    kafka: { close: async () => await polling.current?.kafka.close() },
  };
}

/** Mappings that are loaded when they are first asked for. */
function lateMappings(
  opened: () => Promise<RunningMappings>,
  current: () => RunningMappings | undefined,
): Omit<EventSourceMappings, keyof AsyncDisposable> {
  return {
    create: async (...asked) => await (await opened()).create(...asked),
    get: async (...asked) => await (await opened()).get(...asked),
    list: async (...asked) => await (await opened()).list(...asked),
    update: async (...asked) => await (await opened()).update(...asked),
    remove: async (...asked) => await (await opened()).remove(...asked),
    tags: async (...asked) => await (await opened()).tags(...asked),
    setTags: async (...asked) => await (await opened()).setTags(...asked),
    facts: (...asked) => current()?.facts(...asked),
    factsOf: (...asked) => current()?.factsOf(...asked) ?? [],
    moveCheckpoint: async (...asked) => await (await opened()).moveCheckpoint(...asked),
  };
}
