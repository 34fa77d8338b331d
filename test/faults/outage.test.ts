// A backend that was paused: requests from that time run into their limit after it answers again.
import { expect, test } from 'vitest';
import { createOutage } from '../../src/core/waiting/outage.ts';

test('what was asked before a backend came back does not make it be away again', () => {
  const told: string[] = [];
  const outage = createOutage('MinIO', (what, isFault) => told.push(`${isFault}: ${what}`));
  const [first, late] = [outage.timesOver(), outage.timesOver()];
  expect(outage.begin(first)).toBe(true);
  expect(outage.begin(first)).toBe(false);
  expect(outage.isNow()).toBe(true);
  expect(outage.end()).toBe(true);
  expect(outage.end()).toBe(false);
  expect(outage.begin(late)).toBe(false);
  expect(outage.isNow()).toBe(false);
  expect(outage.begin(outage.timesOver())).toBe(true);
  expect(told).toEqual([
    'true: MinIO is not available any more; it is tried again',
    'false: MinIO is available again',
    'true: MinIO is not available any more; it is tried again',
  ]);
});
