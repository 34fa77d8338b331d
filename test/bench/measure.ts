import { readdirSync, readFileSync } from 'node:fs';

/** One line of the result. */
export interface Row {
  readonly what: string;
  readonly ours: number;
  readonly floor?: number;
  readonly floorName?: string;
  readonly unit: string;
  /** The ratio (or, without a floor, the figure) aimed for; `atLeast` when more is better. */
  readonly aim: { readonly value: number; readonly atLeast?: boolean };
}

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN;
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * Median milliseconds of each way, in turns: what else the machine does falls on all of them alike.
 *
 * @param ways what to run, by name
 */
export async function mediansInTurns<Way extends string>(
  ways: Readonly<Record<Way, () => Promise<unknown>>>,
  turns: number,
  runsPerTurn: number,
): Promise<Readonly<Record<Way, number>>> {
  const names = Object.keys(ways) as Way[];
  const values = new Map<Way, number[]>(names.map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn++) {
    for (const name of names) {
      // The first turn warms up.
      for (let run = 0; run < runsPerTurn; run++) {
        const tookMs = await timed(ways[name]);
        if (turn > 0) values.get(name)?.push(tookMs);
      }
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<Way, number>;
}

/** Runs `work` `times` times, `width` at once. */
export async function inParallel(
  times: number,
  width: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** Processor time that all threads of a process have used, in milliseconds (Linux); finer than the ticks of `stat`. */
export function cpuMsOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanos = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]));
  return nanos.reduce((sum, each) => sum + each, 0) / 1e6;
}

/** A figure of /proc/PID/status in megabytes, e.g. `VmRSS` or `VmHWM` (its peak). */
export function memoryMbOf(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${figure}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

/** The rows that miss their aim. */
export const missed = (rows: readonly Row[]): readonly Row[] => rows.filter((row) => !isMet(row));

const comparedOf = ({ ours, floor }: Compared) => (floor === undefined ? ours : ours / floor);

type Compared = Pick<Row, 'ours'> & { readonly floor?: number | undefined };

function isMet({ aim, ...row }: Compared & Pick<Row, 'aim'>): boolean {
  return aim.atLeast ? comparedOf(row) >= aim.value : comparedOf(row) <= aim.value;
}

/** The rows as a table with ratios. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ what, ours, floor, floorName, unit, aim }) => {
    const figure = (value: number) => `${value >= 100 ? Math.round(value) : value.toPrecision(3)} ${unit}`;
    const compared = comparedOf({ ours, floor });
    const sign = aim.atLeast ? '≥' : '≤';
    return [
      what,
      figure(ours),
      floor === undefined ? '' : `${figure(floor)} (${floorName})`,
      floor === undefined ? '' : `${compared.toFixed(2)}×`,
      `${sign} ${aim.value}${floor === undefined ? ` ${unit}` : '×'}`,
      isMet({ ours, floor, aim }) ? 'met' : 'missed',
    ];
  });
  const head = ['measured', 'Headwater', 'floor', 'ratio', 'aim', ''];
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...cells.map(line)].join('\n');
}
