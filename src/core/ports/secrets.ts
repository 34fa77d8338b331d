/** What Secrets Manager would hold, by the secret's ARN or name. It is read when it is needed and kept nowhere else. */
export interface Secrets {
  /** The secret's members; `undefined` when there is no such secret. */
  find(nameOrArn: string): Promise<Secret | undefined>;
  /** Tells people where a missing secret belongs, as the end of a sentence. */
  readonly place: string;
}

/** A secret's JSON. */
export type Secret = Readonly<Record<string, string>>;
