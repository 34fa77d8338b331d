/** What a caller reports of many values at once. */
export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** A value and how often it was reported. */
export type Weighted = readonly [value: number, times: number];

/** A distribution as it is stored: count, sum, minimum, maximum, scale (-1: values unknown), and the weighted values. */
export type StoredDistribution = readonly [number, number, number, number, number, ...number[]];

/** How many different values are told apart. */
const MAX_VALUES = 100;
/** Values that are this close to each other become one when there are too many; twice as far at each further step. */
const FIRST_STEP = Math.log(1.02);
const UNKNOWN = -1;

/**
 * The values that were reported in one stretch of time. Few different values are kept as they are; many are kept to within
 * one percent, and more coarsely only as their range asks for it, as CloudWatch's own logarithmic steps do: sums, counts and
 * extremes stay exact, percentiles are near.
 */
export class Distribution {
  count = 0;
  sum = 0;
  minimum = Number.POSITIVE_INFINITY;
  maximum = Number.NEGATIVE_INFINITY;
  #values = new Map<number, number>();
  /** 0: as reported; n: in steps of two percent, doubled n - 1 times; -1: a set of statistics hides them. */
  #scale = 0;

  /** Takes a value that was reported so many times. */
  add(value: number, times = 1): void {
    this.#take({ count: times, sum: value * times, minimum: value, maximum: value });
    this.#keep(value, times);
  }

  /** Takes statistics of values that nobody tells, unless they were all the same. */
  addSet(set: StatisticSet): void {
    this.#take(set);
    if (set.minimum === set.maximum) this.#keep(set.minimum, set.count);
    else this.#hide();
  }

  /** Takes all that another one holds. */
  merge(other: Distribution): void {
    this.#take(other);
    if (other.#scale === UNKNOWN) this.#hide();
    while (this.#scale !== UNKNOWN && this.#scale < other.#scale) this.#coarsen();
    for (const [value, times] of other.#values) this.#keep(value, times);
  }

  /** The values in their order; `undefined` when they are not known, as with negative ones in CloudWatch. */
  sorted(): readonly Weighted[] | undefined {
    if (this.#scale === UNKNOWN || this.minimum < 0) return undefined;
    const within = (value: number) => Math.min(this.maximum, Math.max(this.minimum, value));
    const values = Array.from(this.#values, ([value, times]) => [within(value), times] as const);
    return values.sort(([a], [b]) => a - b);
  }

  /** What `restoreDistribution` reads. */
  stored(): StoredDistribution {
    return [this.count, this.sum, this.minimum, this.maximum, this.#scale, ...[...this.#values].flat()];
  }

  /** One that holds what was stored. */
  static restore([count, sum, minimum, maximum, scale, ...values]: StoredDistribution): Distribution {
    const restored = new Distribution();
    restored.#take({ count, sum, minimum, maximum });
    restored.#scale = scale;
    for (let at = 0; at + 1 < values.length; at += 2) restored.#values.set(values[at] ?? 0, values[at + 1] ?? 0);
    return restored;
  }

  #take({ count, sum, minimum, maximum }: StatisticSet): void {
    this.count += count;
    this.sum += sum;
    if (minimum < this.minimum) this.minimum = minimum;
    if (maximum > this.maximum) this.maximum = maximum;
  }

  #keep(value: number, times: number): void {
    if (this.#scale === UNKNOWN) return;
    const kept = this.#scale === 0 ? value : stepOf(value, this.#scale);
    this.#values.set(kept, (this.#values.get(kept) ?? 0) + times);
    while (this.#values.size > MAX_VALUES) this.#coarsen();
  }

  #coarsen(): void {
    this.#scale += 1;
    const finer = this.#values;
    this.#values = new Map();
    for (const [value, times] of finer) {
      const step = stepOf(value, this.#scale);
      this.#values.set(step, (this.#values.get(step) ?? 0) + times);
    }
  }

  #hide(): void {
    this.#scale = UNKNOWN;
    this.#values.clear();
  }
}

/** The value that stands for all of its step. */
function stepOf(value: number, scale: number): number {
  if (value === 0) return 0;
  const width = FIRST_STEP * 2 ** (scale - 1);
  return Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / width) * width);
}
