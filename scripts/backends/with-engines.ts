import { bringUp, takeDown, type Way } from './bring-up.ts';
import { type EngineName, engineNames, engineNamesIn, variablesOf } from './engine.ts';
import { readState } from './state.ts';

/** How work finds the engines that are up, and which are not. */
export interface WithEngines {
  readonly env: NodeJS.ProcessEnv;
  readonly missing: readonly EngineName[];
}

/**
 * Does something with all engines up. Those that were up before, or that the environment names, are left as they are; those
 * that were started for it end with it, however it ends.
 */
export async function withEngines<Result>(
  way: Way | undefined,
  work: (engines: WithEngines) => Promise<Result>,
): Promise<Result> {
  const named = engineNamesIn(process.env);
  const others = new Set([...named, ...readState().engines.map(({ name }) => name)]);
  const own = engineNames.filter((name) => !others.has(name));
  const wanted = engineNames.filter((name) => !named.includes(name));
  const engines = await bringUp(wanted, way, (line) => console.error(line));
  const missing = wanted.filter((name) => !engines.some((engine) => engine.name === name));
  try {
    return await work({ env: { ...variablesOf(engines), ...process.env }, missing });
  } finally {
    await takeDown(own);
  }
}
