/** Whether a backend is away; what changes is told once. */
export interface Outage {
  isNow(): void;
  isOver(): void;
}

/** @param name of the backend, for people */
export function createOutage(name: string, told: (what: string, isFault: boolean) => void): Outage {
  let isOut = false;
  return {
    isNow() {
      if (!isOut) told(`${name} is not available any more; it is tried again`, true);
      isOut = true;
    },
    isOver() {
      if (isOut) told(`${name} is available again`, false);
      isOut = false;
    },
  };
}
