/** Where an expression is explained that AWS would refuse, or that is none of its. */
export const scheduleHint = (isRule: boolean, expression: unknown): string =>
  `"headwater schedule next ${isRule ? '--rule ' : ''}'${expression}'" says why`;
