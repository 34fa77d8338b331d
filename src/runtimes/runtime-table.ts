import { nodeRuntime } from './nodejs.ts';
import { providedRuntime } from './provided.ts';
import { pythonRuntime } from './python.ts';
import type { LanguageRuntime, RuntimeTools } from './runtime.ts';

/** All languages. A new one is a file of its own and a line here. */
export const runtimeTable = (tools: RuntimeTools): readonly LanguageRuntime[] => [
  nodeRuntime(tools),
  pythonRuntime(tools),
  providedRuntime(),
];
