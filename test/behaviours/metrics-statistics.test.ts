// docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Distribution } from '../../src/services/cloudwatch/data/distribution.ts';
import { parseStatistic } from '../../src/services/cloudwatch/data/statistic.ts';
import { runSeed } from '../support/seed.ts';
import { startCloudWatch } from './metrics-fixture.ts';

const ONE_TO_TEN = Array.from({ length: 10 }, (_, index) => index + 1);

function distributionOf(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

const ask = (name: string, values: readonly number[]) => parseStatistic(name)?.(distributionOf(values));

describe('a statistic', () => {
  it.each([
    ['p50', 5],
    ['p90', 9],
    ['p99', 10],
    ['p0', 1],
    ['p100', 10],
    ['tm90', 5],
    ['TM(10%:90%)', 5.5],
    ['TM(:90%)', 5],
    ['TM(3:6)', 5],
    ['IQM', 5.5],
    ['tc90', 9],
    ['TC(2:)', 8],
    ['ts50', 15],
    ['TS(80%:)', 19],
    ['wm90', 5.4],
    ['WM(10%:90%)', 5.4],
    ['PR(:3)', 30],
    ['PR(3:8)', 50],
  ])('%s of one to ten is %d', (name, expected) => {
    expect(ask(name, ONE_TO_TEN)).toBeCloseTo(expected, 10);
  });

  it.each(['p101', 'p', 'Median', 'TM(90%:10%)', 'TM(:)', 'PR(10%:90%)', 'sum', 'toString'])('%s is none', (name) => {
    expect(parseStatistic(name)).toBeUndefined();
  });

  it('of percentiles is not there where values are negative or not told', async () => {
    const { put, statistics } = startCloudWatch();
    await put('temperature', -3, 5);
    expect(await statistics('temperature', 'p50')).toEqual([]);
    expect(await statistics('temperature', 'Minimum')).toEqual([-3]);
  });
});

describe('many different values', () => {
  it('keep exact sums and extremes, and percentiles that are near, however they are merged and stored', () => {
    const values = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 1, maxLength: 400 });
    const check = (parts: readonly (readonly number[])[]) => {
      const merged = new Distribution();
      for (const part of parts) merged.merge(Distribution.restore(distributionOf(part).stored()));
      const sorted = parts.flat().sort((a, b) => a - b);
      expect(merged.count).toBe(sorted.length);
      expect(merged.sum).toBeCloseTo(
        sorted.reduce((sum, value) => sum + value, 0),
        4,
      );
      expect(merged.minimum).toBe(sorted[0]);
      expect(merged.maximum).toBe(sorted.at(-1));
      for (const percent of [1, 50, 90, 99]) {
        const exact = sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
        const near = parseStatistic(`p${percent}`)?.(merged) ?? Number.NaN;
        expect(Math.abs(near - exact) / exact).toBeLessThan(0.2);
      }
    };
    fc.assert(fc.property(fc.array(values, { minLength: 1, maxLength: 4 }), check), {
      seed: runSeed('distributions'),
      numRuns: 200,
    });
  });

  it('are exact as long as they are few', () => {
    const few = Array.from({ length: 1000 }, (_, index) => (index % 100) * 1.37);
    expect(ask('p50', few)).toBe(49 * 1.37);
  });
});
