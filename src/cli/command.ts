/** One subcommand: what its help says, what it takes, what it does. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Arguments that are not flags, as the usage line shows them, e.g. `FILE`. */
  readonly takes?: string;
  readonly flags: Flags;
  readonly examples: readonly string[];
  /** What the flags do not say. */
  readonly notes?: string;
  /** Resolves to the exit code. */
  run(line: CommandLine): Promise<number>;
}

/** Flags by name, without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

/** How one flag is written and what for. */
export interface Flag {
  /** Stands for the value in help, e.g. `N`; absent for a flag without a value. */
  readonly value?: string;
  readonly help: string;
  /** May be given several times. */
  readonly many?: boolean;
  readonly default?: string;
}

/** A command line taken apart. */
export interface CommandLine {
  readonly positionals: readonly string[];
  /** `true` for a flag without a value; a list for one that was given several times. */
  readonly flags: Readonly<Record<string, string | true | readonly string[]>>;
}
