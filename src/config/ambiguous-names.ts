import type { FunctionDeclaration, HeadwaterConfig } from './declaration.ts';

/** Kinds of resources that are declared by name. */
type Kind = 'queues' | 'streams' | 'tables' | 'functions' | 'topics' | 'eventBuses';

const SOURCES: readonly Kind[] = ['queues', 'streams', 'tables'];
const DEAD_LETTERS: readonly Kind[] = ['queues', 'topics'];
const DESTINATIONS: readonly Kind[] = ['functions', 'queues', 'topics', 'eventBuses'];

/** Where a name is one of resources of several kinds, each of which it could mean: what is wrong, and what to do. */
export function ambiguousNames(config: HeadwaterConfig): readonly string[] {
  const check = (place: string, name: string | undefined, allowed: readonly Kind[]): readonly string[] => {
    const kinds = name === undefined ? [] : allowed.filter((kind) => Object.hasOwn(config[kind] ?? {}, name));
    if (kinds.length < 2) return [];
    return [`${place} is "${name}", which is in ${kinds.join(' and ')}; give the ARN`];
  };
  const ofFunction = ([name, { deadLetterTarget, eventInvokeConfig }]: readonly [string, FunctionDeclaration]) => [
    ...check(`functions.${name}.deadLetterTarget`, deadLetterTarget, DEAD_LETTERS),
    ...check(`functions.${name}.eventInvokeConfig.onSuccess`, eventInvokeConfig?.onSuccess, DESTINATIONS),
    ...check(`functions.${name}.eventInvokeConfig.onFailure`, eventInvokeConfig?.onFailure, DESTINATIONS),
  ];
  return [
    ...(config.mappings ?? []).flatMap(({ eventSource, onFailure }, index) => [
      ...check(`mappings.${index}.eventSource`, eventSource, SOURCES),
      ...check(`mappings.${index}.onFailure`, onFailure, DEAD_LETTERS),
    ]),
    ...Object.entries(config.functions ?? {}).flatMap(ofFunction),
  ];
}
