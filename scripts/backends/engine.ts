/** The engines that tests use, in the order in which they are shown. */
export const engineNames = ['redis', 'minio', 'kafka'] as const;

/** One of them. */
export type EngineName = (typeof engineNames)[number];

/** An engine that was brought up. */
export interface RunningEngine {
  readonly name: EngineName;
  /** What Headwater's option of the same name takes. */
  readonly url: string;
  /** Where MinIO posts events: whoever wants them listens there. */
  readonly webhook?: string | undefined;
  /** Where its state and its log are. Absent for a container. */
  readonly folder?: string | undefined;
  /** What ends it: its process, or its container. */
  readonly pid?: number | undefined;
  readonly container?: string | undefined;
}

/** The variable by which tests find an engine. */
export const variableOf = (name: EngineName): string => `HEADWATER_TEST_${name.toUpperCase()}`;

/** The variables by which tests find these engines. */
export function variablesOf(engines: readonly RunningEngine[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    engines.flatMap(({ name, url, webhook }) => [
      [variableOf(name), url],
      ...(webhook === undefined ? [] : [[`${variableOf(name)}_WEBHOOK`, webhook]]),
    ]),
  );
}

/** The engines that somebody has named in the environment; they are his to start and to end. */
export const engineNamesIn = (environment: NodeJS.ProcessEnv): readonly EngineName[] =>
  engineNames.filter((name) => environment[variableOf(name)] !== undefined);
