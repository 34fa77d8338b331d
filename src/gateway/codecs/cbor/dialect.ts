/** Which number tag 1 holds for one second; the RFC says 1. */
export interface CborDialect {
  readonly unitsPerSecond: 1 | 1000;
}
