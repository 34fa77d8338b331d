/** Whether a backend is away; what changes is told once. */
export interface Outage {
  isNow(): boolean;
  /** How many outages are over. Who asks something of the backend notes it first. */
  timesOver(): number;
  /**
   * Something failed that was asked when so many were over; what was asked before the backend came back says nothing of
   * now. True when an outage begins with it.
   */
  begin(askedAfter: number): boolean;
  /** The backend answered. True when an outage ends with it. */
  end(): boolean;
}

/**
 * @param name of the backend, for people
 * @param told of each beginning, which is a fault, and of each end
 */
export function createOutage(name: string, told: (what: string, isFault: boolean) => void): Outage {
  let isOut = false;
  let timesOver = 0;
  return {
    isNow: () => isOut,
    timesOver: () => timesOver,
    begin(askedAfter) {
      if (isOut || askedAfter < timesOver) return false;
      isOut = true;
      told(`${name} is not available any more; it is tried again`, true);
      return true;
    },
    end() {
      if (!isOut) return false;
      isOut = false;
      timesOver += 1;
      told(`${name} is available again`, false);
      return true;
    },
  };
}
