/** One thing that was looked at, on this machine or on a backend. */
export interface Finding {
  readonly what: string;
  /** What was found; where it is not as it should be, also what to do. */
  readonly found: string;
  /** `warning`: it works, but not as well as it could, or not as on AWS; `problem`: it will not work. */
  readonly level: 'ok' | 'warning' | 'problem';
}
