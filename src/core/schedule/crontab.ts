/** A line of Unix's crontab, e.g. `30 9 * * 1-5`, which AWS refuses: what it means all the same. */
export interface Crontab {
  /**
   * The expressions of AWS that together are due when the line is: one, or two where it gives a day of the month and one of
   * the week, of which crontab takes either.
   */
  readonly aws: readonly string[];
  /** The first due instant behind `afterMs`; `undefined` when there is none any more. */
  next(afterMs: number): number | undefined;
}

/**
 * Reads a line of crontab on the clocks of a time zone.
 *
 * @throws ScheduleNotValid
 */
export type ReadCrontab = (line: string, timeZone: string) => Promise<Crontab>;
