/** A filter pattern, checked and made ready. */
export interface MessageFilter {
  /** How many regular expressions are in it, of which a log group may have a few only. */
  readonly expressions: number;
  /** What was taken out of a message that matches, by `$name` or `$number`; `undefined` when it does not match. */
  match(message: string): Readonly<Record<string, string>> | undefined;
}

/** What a message that matches gives where nothing is taken out. */
export const NOTHING: Readonly<Record<string, string>> = {};
